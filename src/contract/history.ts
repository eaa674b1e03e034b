import { count, flag, list, nullable, number, oneOf, optional, record, text, type Parsed } from './parse';

/** A value that a statement ran with. That of a secret is never told: it is null. */
export const parseWrittenParameter = record({ name: text, value: nullable(text), secret: flag });

/** What a person wrote, with its `:name` parameters, and the values that may be remembered. */
export const parseWritten = record({ sql: text, parameters: list(parseWrittenParameter) });
export type Written = Parsed<typeof parseWritten>;

/** One statement that has run, as the history on disk has it. */
export const parseHistoryEntry = record({
  id: text,
  /** ISO 8601, UTC. */
  startedAt: text,
  written: parseWritten,
  /** Where it was run, such as `panel` and the panel's name. */
  origin: record({ kind: text, label: text }),
  state: oneOf('done', 'failed', 'cancelled'),
  rows: count,
  /** True when the row limit cut the result. */
  truncated: flag,
  elapsedMs: number,
  /** What went wrong, in PostgreSQL's words. */
  message: nullable(text)
});
export type HistoryEntry = Parsed<typeof parseHistoryEntry>;

/** Newest first. */
export const parseHistory = record({ entries: list(parseHistoryEntry) });

/** A statement kept under a name. */
export const parseSavedQuery = record({
  id: text,
  name: text,
  written: parseWritten,
  /** ISO 8601, UTC; when it was last changed. */
  savedAt: text
});
export type SavedQuery = Parsed<typeof parseSavedQuery>;

/** By name. */
export const parseSavedQueries = record({ queries: list(parseSavedQuery) });

/** Keeps a statement; with the `id` of one that is kept it takes that one's place. */
export const parseSaveRequest = record({
  id: optional(nullable(text), null),
  name: text,
  written: parseWritten
});
export type SaveRequest = Parsed<typeof parseSaveRequest>;
