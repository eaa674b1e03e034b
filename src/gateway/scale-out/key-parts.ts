import { quoteLiteral } from '../../sql/quote';
import type { Session } from '../postgres/session';

/** Keys looked at for each part: its share of the sample is then that of its rows within a few percent. */
const SAMPLED_ROWS_A_PART = 2_000;
const MOST_SAMPLED_ROWS = 200_000;
/** Where the estimate of the rows was far too low. */
const MOST_KEYS = 1_000_000;
/** A key with more than this share of a mean part is cut by the content of its rows too. */
const HEAVY = 1.2;

export interface KeyColumn {
  /** What stands after FROM, with the alias `s`, whose column `part_key` is the key. */
  readonly source: string;
  /** Of the key with modifiers, for casts of bounds. */
  readonly type: string;
}

/** One key and how many rows of the sample have it; null for NULL. */
export interface SampledKey {
  readonly key: string | null;
  readonly rows: number;
}

export interface KeySample {
  /** In the key's own order. */
  readonly keys: readonly SampledKey[];
  /** No row was left out. */
  readonly isComplete: boolean;
}

/**
 * Conditions that cut the rows of a source into about `parts` of about equal size, by quantiles of a key. They are fixed once, so
 * that all sessions use the same bounds. Costs one run of the source, of which only keys arrive.
 */
export async function keyParts(
  session: Pick<Session, 'rows'>,
  key: KeyColumn,
  parts: number,
  rowEstimate: number | null
): Promise<readonly string[]> {
  const wanted = Math.min(MOST_SAMPLED_ROWS, SAMPLED_ROWS_A_PART * parts);
  const first = await sampled(session, key.source, shareOf(wanted, rowEstimate));
  if (first.keys.length < MOST_KEYS) {
    return keyConditions(first, key.type, parts);
  }
  const [row] = await session.rows(`SELECT count(*) FROM ${key.source}`);
  const again = await sampled(session, key.source, shareOf(wanted, Number(row?.[0])));
  return keyConditions(again, key.type, parts);
}

function shareOf(wanted: number, rows: number | null): number {
  return rows !== null && rows > 2 * wanted ? wanted / rows : 1;
}

async function sampled(session: Pick<Session, 'rows'>, source: string, share: number): Promise<KeySample> {
  const where = share < 1 ? `WHERE pg_catalog.random() < ${share}` : '';
  const rows = await session.rows(
    `SELECT s.part_key::text AS shown, count(*) FROM ${source} ${where}
     GROUP BY s.part_key ORDER BY s.part_key NULLS LAST LIMIT ${MOST_KEYS}`
  );
  const keys = rows.map(([key, count]) => ({ key: key ?? null, rows: Number(count) }));
  return { keys, isComplete: share === 1 };
}

/** A place in the order of keys: just before all rows of a key, or just after them. */
interface Edge {
  readonly key: string;
  readonly after: boolean;
}

/**
 * Conditions on `s.part_key`, which together give each row once. No part has more than 1.2 times `1 / parts` of the sample. A key
 * that alone has more is cut further by a hash of whole rows; rows alike in all columns stay together.
 */
export function keyConditions(
  { keys, isComplete }: KeySample,
  type: string,
  parts: number
): readonly string[] {
  const mean = Math.max(1, keys.reduce((sum, { rows }) => sum + rows, 0) / parts);
  const literal = ({ key }: Edge) => `${quoteLiteral(key)}::${type}`;
  const found: string[] = [];
  /** Ranges that the sample has no row of, and NULL if it is rare. */
  const rest: string[] = [];
  let from: Edge | null = null;
  let size = 0;
  const close = (until: Edge | null) => {
    const lower = from && `s.part_key ${from.after ? '>' : '>='} ${literal(from)}`;
    const upper = until && `s.part_key ${until.after ? '<=' : '<'} ${literal(until)}`;
    const range = [lower, upper].filter(bound => bound !== null).join(' AND ') || 's.part_key IS NOT NULL';
    (size > 0 ? found : rest).push(range);
    [from, size] = [until, 0];
  };
  for (const { key, rows } of keys) {
    if (key === null) {
      continue;
    }
    if (rows > HEAVY * mean) {
      close({ key, after: false });
      found.push(...hashed(`s.part_key = ${literal({ key, after: false })}`, Math.ceil(rows / mean)));
      from = { key, after: true };
    } else {
      if (size > 0 && size + rows > mean) {
        close({ key, after: false });
      }
      size += rows;
    }
  }
  close(null);
  const missing = keys.find(({ key }) => key === null)?.rows ?? 0;
  if (missing > HEAVY * mean) {
    found.push(...hashed('s.part_key IS NULL', Math.ceil(missing / mean)));
  } else if (missing > 0 || !isComplete) {
    rest.push('s.part_key IS NULL');
  }
  const isRestEmpty = isComplete && missing === 0;
  return rest.length === 0 || (isRestEmpty && found.length > 0) ? found : [...found, either(rest)];
}

const either = (conditions: readonly string[]): string =>
  conditions.map(condition => `(${condition})`).join(' OR ');

function hashed(condition: string, count: number): readonly string[] {
  const hash = `(pg_catalog.hashtextextended(s::text, 0) & 9223372036854775807) % ${count}`;
  return Array.from({ length: count }, (_, index) => `${condition} AND ${hash} = ${index}`);
}
