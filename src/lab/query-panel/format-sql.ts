import { lexemes } from '../../sql/lexemes';
import { statements } from '../../sql/split';

/** A formatted text, and how many of its statements were left as they were. */
export interface Formatted {
  readonly text: string;
  readonly statements: number;
  readonly left: number;
}

/** Blanks in the place of the text `from` up to `to`. */
interface LayoutChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * Lays out every statement of a text. A statement of which anything but its layout would change is left alone: what is run is
 * what was written.
 */
export async function formatSql(text: string, tabWidth: number): Promise<Formatted> {
  // Half of the size of this extension, and seldom needed.
  const { formatDialect, postgresql } = await import('sql-formatter');
  const format = (statement: string): string | null => {
    try {
      const formatted = formatDialect(statement, {
        dialect: postgresql,
        tabWidth,
        keywordCase: 'preserve',
        paramTypes: { numbered: ['$'], named: [':'] }
      });
      return isSame(lexemes(statement), lexemes(formatted)) ? formatted.trim() : null;
    } catch {
      // It does not know all that PostgreSQL does.
      return null;
    }
  };
  const all = statements(text);
  let laidOut = '';
  let at = 0;
  let left = 0;
  for (const statement of all) {
    const formatted = format(statement.text);
    if (formatted === null) left += 1;
    laidOut += text.slice(at, statement.from) + (formatted ?? statement.text);
    at = statement.to;
  }
  return { text: laidOut + text.slice(at), statements: all.length, left };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((lexeme, index) => lexeme === other[index]);
}

/**
 * The changes that make one text of another that differs in its blanks alone: a cursor and marks between them stay where
 * they are. Null where more than blanks would change.
 */
export function layoutChanges(before: string, after: string): readonly LayoutChange[] | null {
  const changes: LayoutChange[] = [];
  const blanks = (text: string, from: number) => {
    const run = /\s*/y;
    run.lastIndex = from;
    return run.exec(text)![0];
  };
  for (let old = 0, now = 0; old < before.length || now < after.length; old += 1, now += 1) {
    const [was, is] = [blanks(before, old), blanks(after, now)];
    if (was !== is) changes.push({ from: old, to: old + was.length, insert: is });
    old += was.length;
    now += is.length;
    if (before[old] !== after[now]) return null;
  }
  return changes;
}

/** What to say of statements that were left as they were; null when all were laid out. */
export function leftWords({ statements: all, left }: Formatted): string | null {
  if (left === 0) {
    return null;
  }
  const what = all === 1 ? 'The statement was' : `${left} of ${all} statements were`;
  return `${what} left as written: formatting would have changed more than the layout.`;
}
