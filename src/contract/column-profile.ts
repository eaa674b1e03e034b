import { list, nullable, number, record, text, type Parsed } from './parse';

/** What ANALYZE has left about a column in pg_stats; fractions are of all rows, from 0 to 1. */
const parseColumnProfile = record({
  column: text,
  nullFraction: number,
  /** Estimated count of distinct values. Null where the planner counts them by rows and has no count of those. */
  distinct: nullable(number),
  averageBytes: number,
  /** The most common values first, long ones cut; with the fraction of rows that hold each. */
  mostCommon: list(record({ value: text, fraction: number })),
  lowest: nullable(text),
  highest: nullable(text),
  /** Heights from 0 to 1 of a small histogram over equal steps; null for what cannot be put on a line. */
  histogram: nullable(list(number))
});
export type ColumnProfile = Parsed<typeof parseColumnProfile>;

export const parseColumnProfiles = record({ profiles: list(parseColumnProfile) });
