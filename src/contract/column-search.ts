import { count, list, nullable, number, record, text, type Parsed } from './parse';

/** A column that a search met. */
const parseColumnMatch = record({
  schema: text,
  relation: text,
  column: text,
  comment: nullable(text),
  /** From name-match.ts, or of its comment; comparable with those of relations. */
  score: number
});
export type ColumnMatch = Parsed<typeof parseColumnMatch>;

export const parseColumnMatches = record({
  /** The best first, at most a hundred. */
  matches: list(parseColumnMatch),
  /** How many there are in all. */
  total: count
});
export type ColumnMatches = Parsed<typeof parseColumnMatches>;
