import { type TextRange } from './position';
import { scan } from './scan';

/** A parameter where it stands in a statement, with its colon or dollar sign. */
interface Placeholder extends TextRange {
  /** `status` for `:status`, `1` for `$1`. */
  readonly name: string;
}

/** What a statement asks values for, each once, in the order that they first stand in, or of their numbers. */
export interface WantedParameters {
  /** `mixed` cannot be bound: a number takes its value from a list, a name from a mapping. */
  readonly style: 'none' | 'named' | 'numbered' | 'mixed';
  readonly names: readonly string[];
}

/** Where in the sent text something else stands than in the written one. */
interface Edit {
  readonly sent: TextRange;
  readonly written: TextRange;
}

/** A statement as PostgreSQL gets it: `$1`, `$2` … in the place of the names. */
export interface BoundStatement {
  readonly sql: string;
  /** Whose value each of `$1`, `$2` … takes. */
  readonly names: readonly string[];
  readonly edits: readonly Edit[];
}

/**
 * The parameters of a statement. Nothing in a literal, a quoted name, a comment or a dollar quote is one, nor is a cast
 * (`::int`) or the colon of a slice (`a[1:n]`). `a[:n]` slices up to the column n, unless n is a parameter elsewhere.
 */
export function wantedParameters(sql: string): WantedParameters {
  const numbers = numbered(sql).map(({ name }) => Number(name));
  const outside = new Set(named(sql, new Set()).map(({ name }) => name));
  if (outside.size > 0) {
    return { style: numbers.length > 0 ? 'mixed' : 'named', names: [...outside] };
  }
  const highest = Math.max(0, ...numbers);
  return {
    style: highest > 0 ? 'numbered' : 'none',
    names: Array.from({ length: Math.min(highest, MOST_PARAMETERS) }, (_, index) => String(index + 1))
  };
}

/** Bind counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** The statement with `$1`, `$2` … for those of `given` that it names; every other name in it is one that lacks a value. */
export function bindNames(sql: string, given: ReadonlySet<string>): BoundStatement {
  const names: string[] = [];
  const edits: Edit[] = [];
  let sent = '';
  let done = 0;
  for (const { name, from, to } of named(sql, given)) {
    if (!names.includes(name)) names.push(name);
    sent += sql.slice(done, from);
    // LIMIT$1 would be one name.
    const space = /[\w$]$/.test(sql.slice(0, from)) ? ' ' : '';
    const number = `${space}$${names.indexOf(name) + 1}`;
    edits.push({ sent: { from: sent.length, to: sent.length + number.length }, written: { from, to } });
    sent += number;
    done = to;
  }
  return { sql: sent + sql.slice(done), names, edits };
}

/** Where a range of the sent text stands in what was written. */
export function writtenRange({ edits }: Pick<BoundStatement, 'edits'>, range: TextRange): TextRange {
  return { from: writtenOffset(edits, range.from, 'from'), to: writtenOffset(edits, range.to, 'to') };
}

function writtenOffset(edits: readonly Edit[], offset: number, end: 'from' | 'to'): number {
  const within = edits.find(({ sent }) => offset > sent.from && offset < sent.to);
  if (within) {
    return within.written[end];
  }
  const before = edits.filter(({ sent }) => sent.to <= offset).at(-1);
  return before ? before.written.to + offset - before.sent.to : offset;
}

function numbered(sql: string): Placeholder[] {
  return [...scan(sql)]
    .filter(({ kind, from, to }) => kind === 'symbol' && /^\$\d+$/.test(sql.slice(from, to)))
    .map(({ from, to }) => ({ name: sql.slice(from + 1, to), from, to }));
}

/** Names behind a colon where a value can stand; inside a subscript only those that are `given`. */
function named(sql: string, given: ReadonlySet<string>): Placeholder[] {
  const found: Placeholder[] = [];
  /** For each open bracket and parenthesis whether it is a subscript. */
  const subscripts: boolean[] = [];
  /** Whether what has been read can be a value, which a subscript or a slice's colon follows. */
  let valueEnds = false;
  let cast = false;
  const tokens = [...scan(sql)];
  for (const [index, { kind, from, to }] of tokens.entries()) {
    if (kind === 'space' || kind === 'comment') {
      cast = false;
      continue;
    }
    const text = sql.slice(from, to);
    const inSubscript = subscripts.at(-1) ?? false;
    const next = tokens[index + 1];
    if (text === '[' || text === '(') {
      subscripts.push(text === '[' && valueEnds);
    } else if (text === ']' || text === ')') {
      subscripts.pop();
    } else if (text === ':' && next?.kind === 'word' && !cast) {
      const name = sql.slice(next.from, next.to);
      if (!inSubscript || (given.has(name) && !valueEnds)) found.push({ name, from, to: next.to });
    }
    cast = text === ':';
    valueEnds =
      [']', ')'].includes(text) ||
      (!['symbol', 'semicolon'].includes(kind) && text.toUpperCase() !== 'ARRAY');
  }
  return found;
}
