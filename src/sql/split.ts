import { scan } from './scan';

/** One statement within a text. Offsets count UTF-16 units; the closing semicolon is outside `to`. */
export interface Statement {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The statements of a text, cut at semicolons that stand outside strings, comments and quoted
 * identifiers. A comment belongs to the statement that follows it; comments alone are no statement.
 */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let from = -1;
  let to = -1;
  let hasCode = false;
  const close = () => {
    if (hasCode) found.push({ text: text.slice(from, to), from, to });
    from = -1;
    hasCode = false;
  };
  for (const token of scan(text)) {
    if (token.kind === 'semicolon') {
      close();
    } else if (token.kind !== 'space') {
      if (from < 0) from = token.from;
      to = token.to;
      hasCode ||= token.kind !== 'comment';
    }
  }
  close();
  return found;
}

/**
 * The statement the cursor stands in. Behind a statement on its last line counts as in it; between
 * two statements the next one is meant, behind the last one the last.
 */
export function statementAt(text: string, cursor: number): Statement | null {
  const all = statements(text);
  const meant = all.find(statement => cursor <= reach(text, statement));
  return meant ?? all.at(-1) ?? null;
}

/** What may follow a statement on its line: its semicolon and comments. */
const REST_OF_LINE = /^[ \t]*;?(?:[ \t]|\/\*[^\r\n]*?\*\/)*(?:--[^\r\n]*)?/;

/** The end of the rest of a statement's last line, or the start of what else stands on that line. */
function reach(text: string, statement: Statement): number {
  const rest = REST_OF_LINE.exec(text.slice(statement.to))![0];
  const end = statement.to + rest.length;
  const semicolon = rest.indexOf(';');
  const endsLine = end === text.length || text[end] === '\n' || text[end] === '\r';
  return endsLine || semicolon < 0 ? end : statement.to + semicolon + 1;
}
