import { scan, type Token } from './scan';

/**
 * What of a text means something to PostgreSQL, in order: two texts with the same lexemes differ in their layout alone. What
 * would be read otherwise if a space came between stands together: an operator of several characters, `E'…'`, `:name`.
 * A line end between two strings joins them, and so belongs to them.
 */
export function lexemes(text: string): string[] {
  const found: string[] = [];
  let previous: Token | null = null;
  for (const token of scan(text)) {
    if (token.kind === 'space') {
      continue;
    }
    const piece = text.slice(token.from, token.to);
    const between = previous ? text.slice(previous.to, token.from) : ' ';
    if (previous && between === '' && isGlued(text, previous, token)) {
      found.push(`${found.pop()}${piece}`);
    } else if (previous?.kind === 'string' && token.kind === 'string') {
      found.push(/[\r\n]/.test(between) ? '\n' : ' ', piece);
    } else {
      found.push(piece);
    }
    previous = token;
  }
  return found;
}

const OPERATOR = /^[-+*/<>=~!@#%^&|`?:]$/;

function isGlued(text: string, left: Token, right: Token): boolean {
  const [before, after] = [text.slice(left.from, left.to), text.slice(right.from, right.to)];
  const isOperator = OPERATOR.test(before);
  return (
    (isOperator && OPERATOR.test(after)) ||
    (isOperator &&
      before === ':' &&
      (right.kind === 'word' || right.kind === 'quoted' || right.kind === 'string')) ||
    ((left.kind === 'word' || before === '&') && (right.kind === 'string' || right.kind === 'quoted')) ||
    (left.kind === 'word' && after === '&') ||
    (before === '.' && right.kind === 'number')
  );
}
