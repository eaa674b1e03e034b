type TokenKind = 'space' | 'comment' | 'word' | 'quoted' | 'string' | 'number' | 'semicolon' | 'symbol';

/** A piece of SQL text; offsets count UTF-16 units, `to` is exclusive. */
export interface Token {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts SQL text into tokens that cover it without gaps, by the rules of PostgreSQL's scan.l with
 * standard_conforming_strings on. What is left open (a string, a comment) runs to the end of the text.
 */
export function* scan(text: string): Generator<Token> {
  let from = 0;
  while (from < text.length) {
    const token = tokenAt(text, from);
    yield token;
    from = token.to;
  }
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /\d[\w.]*/y;
const PARAMETER = /\$\d+/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

function tokenAt(text: string, from: number): Token {
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex : 0;
  };
  const token = (kind: TokenKind, to: number): Token => ({ kind, from, to });
  const two = text.slice(from, from + 2);

  if (match(SPACE)) return token('space', SPACE.lastIndex);
  if (match(LINE_COMMENT)) return token('comment', LINE_COMMENT.lastIndex);
  if (two === '/*') return token('comment', blockCommentEnd(text, from));
  if (two === "E'" || two === "e'") return token('string', quoteEnd(text, from + 1, true));
  if (text[from] === "'") return token('string', quoteEnd(text, from, false));
  if (text[from] === '"') return token('quoted', quoteEnd(text, from, false));
  if (match(PARAMETER)) return token('symbol', PARAMETER.lastIndex);
  const tagEnd = match(DOLLAR_TAG);
  if (tagEnd) return token('string', dollarQuoteEnd(text, from, tagEnd));
  if (match(WORD)) return token('word', WORD.lastIndex);
  if (match(NUMBER)) return token('number', NUMBER.lastIndex);
  return token(text[from] === ';' ? 'semicolon' : 'symbol', from + 1);
}

/** Block comments nest. */
function blockCommentEnd(text: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from + 2;
  let depth = 1;
  for (let found = edge.exec(text); found; found = edge.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return text.length;
}

function quoteEnd(text: string, open: number, backslashEscapes: boolean): number {
  const quote = text[open];
  let at = open + 1;
  while (at < text.length) {
    if (backslashEscapes && text[at] === '\\') at += 2;
    else if (text[at] !== quote) at += 1;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return text.length;
}

function dollarQuoteEnd(text: string, from: number, bodyFrom: number): number {
  const tag = text.slice(from, bodyFrom);
  const close = text.indexOf(tag, bodyFrom);
  return close < 0 ? text.length : close + tag.length;
}
