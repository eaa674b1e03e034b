import { scan } from './scan';

/** UTF-16 offsets, `to` exclusive. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The token at a position as PostgreSQL counts it, in characters (code points) from 1. A position behind the end, as
 * in "syntax error at end of input", gives the last token that is not blank.
 */
export function tokenAtPosition(sql: string, position: number): TextRange {
  const offset = Array.from(sql)
    .slice(0, position - 1)
    .join('').length;
  let last: TextRange = { from: 0, to: sql.length };
  for (const token of scan(sql)) {
    if (token.kind !== 'space') {
      last = token;
      if (offset < token.to) break;
    }
  }
  return { from: offset < last.to ? Math.max(last.from, offset) : last.from, to: last.to };
}
