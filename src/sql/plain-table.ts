import { scan } from './scan';

/** A name or one of these. */
type Piece = 'name' | 'select' | 'table' | 'from' | '*' | ',' | '.' | ';' | 'other';

/**
 * `SELECT * FROM t`, `SELECT a, b FROM s.t` or `TABLE t`, as pieces in order and nothing else. What the names stand for (a table,
 * a view, `current_date`) only the server can tell.
 */
const WHOLE_READ = /^(?:select (?:\*|name(?: , name)*) from|table) name(?: \. name)?(?: ;)*$/;

/**
 * The same read, only of the rows whose `ctid` lies from $1 on and before $2; null when `sql` is anything more than a read of
 * whole rows or plain columns of one relation. All such ranges together give each row once. Comments stay in it.
 */
export function ctidRangeSql(sql: string): string | null {
  const pieces = [...codeOf(sql)];
  if (!WHOLE_READ.test(pieces.map(({ piece }) => piece).join(' '))) {
    return null;
  }
  const first = pieces[0]!;
  const last = pieces.filter(({ piece }) => piece !== ';').at(-1)!;
  const head = sql.slice(0, first.from) + (first.piece === 'table' ? 'SELECT * FROM' : 'SELECT');
  return `${head}${sql.slice(first.to, last.to)} WHERE ctid >= $1 AND ctid < $2`;
}

function* codeOf(
  sql: string
): Generator<{ readonly piece: Piece; readonly from: number; readonly to: number }> {
  for (const { kind, from, to } of scan(sql)) {
    if (kind !== 'space' && kind !== 'comment') {
      yield { piece: pieceOf(kind, sql.slice(from, to)), from, to };
    }
  }
}

function pieceOf(kind: string, raw: string): Piece {
  if (kind === 'quoted') {
    return 'name';
  }
  if (kind === 'word') {
    const word = raw.toLowerCase();
    return word === 'select' || word === 'table' || word === 'from' ? word : 'name';
  }
  return raw === '*' || raw === ',' || raw === '.' || raw === ';' ? raw : 'other';
}
