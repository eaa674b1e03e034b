import { count, flag, list, nullable, number, oneOf, optional, record, text, type Parsed } from './parse';

export const FILTER_OPERATORS = [
  'equals',
  'differs',
  'less',
  'at-most',
  'greater',
  'at-least',
  'contains',
  'lacks',
  'null',
  'not-null'
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** How cells of a column are compared. Text goes by its code points, as PostgreSQL's collation "C" does. */
const ORDERINGS = ['number', 'time', 'truth', 'text', 'bytes'] as const;
export type Ordering = (typeof ORDERINGS)[number];

const parseSortKey = record({ column: count, descending: optional(flag, false) });
export type SortKey = Parsed<typeof parseSortKey>;

/**
 * `contains` and `lacks` look for a text within the cell's text, whatever the case. All others compare as the column is ordered;
 * `value` is in PostgreSQL's text form. NULL satisfies `null` alone.
 */
const parseFilter = record({
  column: count,
  operator: oneOf(...FILTER_OPERATORS),
  value: optional(text, '')
});
export type Filter = Parsed<typeof parseFilter>;

/** An order and a choice of a result's stored rows. Columns count from 0; NULLs come last either way, and equal rows stay in order. */
export const parseViewRequest = record({
  sort: optional(list(parseSortKey), []),
  filters: optional(list(parseFilter), [])
});
export type ViewRequest = Parsed<typeof parseViewRequest>;

export const parseView = record({
  viewId: text,
  /** Rows of the view, and the rows of the result that it was made from. */
  rows: count,
  of: count,
  /** How each sorted column was compared. */
  orderings: list(oneOf(...ORDERINGS)),
  elapsedMs: number
});
export type View = Parsed<typeof parseView>;

/** Rows `firstRow` up to `firstRow + rows` of a view, or of the result, in the given columns. */
export const parseSummaryRequest = record({
  viewId: optional(nullable(text), null),
  firstRow: count,
  rows: count,
  columns: list(count)
});
export type SummaryRequest = Parsed<typeof parseSummaryRequest>;

/** Of a range of cells. Sums keep every digit; all four are null without a number. */
export const parseSummary = record({
  cells: count,
  nulls: count,
  numbers: count,
  sum: nullable(text),
  average: nullable(text),
  min: nullable(text),
  max: nullable(text)
});
export type Summary = Parsed<typeof parseSummary>;

export const parseProfileRequest = record({ columns: list(count) });

/** One bar: from `label` up to `upTo`, which is null for a single value. */
const parseBar = record({ label: text, upTo: nullable(text), count });
export type Bar = Parsed<typeof parseBar>;

/** `kind` tells what the bars are: ranges of equal width, the most frequent values, or nothing that could be drawn. */
const parseColumnProfile = record({
  column: count,
  kind: oneOf('histogram', 'values', 'none'),
  nulls: count,
  /** Distinct values among the rows looked at; null when there were too many to count. */
  distinct: nullable(count),
  bars: list(parseBar)
});
export type ColumnProfile = Parsed<typeof parseColumnProfile>;

/** Looked at were `rows` of the `of` rows of the result: all of them, or stretches all over it. */
export const parseProfile = record({ rows: count, of: count, columns: list(parseColumnProfile) });
export type Profile = Parsed<typeof parseProfile>;
