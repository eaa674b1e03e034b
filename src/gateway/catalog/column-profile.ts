import type { ColumnProfile } from '../../contract/column-profile';
import { list, number, text } from '../../contract/parse';
import type { Session } from '../postgres/session';
import { histogramOf } from './histogram';

/** Common values that a tooltip or a table of a few lines can show. */
const MOST_COMMON = 10;
/** Letters of a value that are shown. */
const VALUE_CHARACTERS = 100;

/**
 * The columns of relation $2 in schema $1 as ANALYZE saw them. pg_stats shows what the role may read, and nothing of the
 * table is touched. A partitioned table has figures of its own and of all its partitions: the second are wanted. The
 * values have the column's own type, so they are sent as text.
 */
const PROFILES = `
  SELECT DISTINCT ON (s.attname) s.attname, s.null_frac, s.n_distinct, s.avg_width, c.reltuples,
         to_json(s.most_common_vals::text::text[]), to_json(s.most_common_freqs),
         to_json(s.histogram_bounds::text::text[]), t.typcategory
  FROM pg_catalog.pg_stats s
  JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE s.schemaname = $1 AND s.tablename = $2
  ORDER BY s.attname, s.inherited DESC`;

/** None for a relation that was never analyzed or that the role may not read. */
export async function readProfiles(
  session: Session,
  schema: string,
  relation: string
): Promise<readonly ColumnProfile[]> {
  return (await session.rows(PROFILES, [schema, relation])).map(toProfile);
}

function toProfile(row: readonly (string | null)[]): ColumnProfile {
  const [column, nullFraction, distinct, averageBytes, rows, values, fractions, bounds, category] = row;
  const mostCommon = common(texts(values), fractions ? list(number)(JSON.parse(fractions)) : []);
  const steps = texts(bounds);
  const nulls = Number(nullFraction);
  return {
    column: column ?? '',
    nullFraction: nulls,
    distinct: distinctCount(Number(distinct), Number(rows)),
    averageBytes: Number(averageBytes),
    mostCommon: mostCommon
      .slice(0, MOST_COMMON)
      .map(({ value, fraction }) => ({ value: cut(value), fraction })),
    lowest: steps.length > 0 ? cut(steps[0]!) : null,
    highest: steps.length > 0 ? cut(steps.at(-1)!) : null,
    histogram: histogramOf({ category: category ?? '', bounds: steps, mostCommon, nullFraction: nulls })
  };
}

/** n_distinct below zero is a share of the rows. https://www.postgresql.org/docs/current/view-pg-stats.html */
function distinctCount(distinct: number, rows: number): number | null {
  return distinct >= 0 ? distinct || null : rows >= 0 ? Math.round(-distinct * rows) : null;
}

function common(values: readonly string[], fractions: readonly number[]) {
  return values.map((value, index) => ({ value, fraction: fractions[index] ?? 0 }));
}

function texts(json: string | null | undefined): readonly string[] {
  // NULL inside an array is text without a value.
  return json ? list((item: unknown) => (item === null ? '' : text(item)))(JSON.parse(json)) : [];
}

const cut = (value: string): string =>
  value.length > VALUE_CHARACTERS ? `${value.slice(0, VALUE_CHARACTERS)}…` : value;
