import { parseErrorBody } from './errors';
import {
  count,
  flag,
  list,
  nullable,
  number,
  oneOf,
  optional,
  record,
  text,
  type Parsed,
  type Parser
} from './parse';

/** Who asks; shown in `application_name`, in activity and in the audit line. */
export const parseOrigin = record({
  kind: oneOf('panel', 'preview', 'kernel', 'script', 'export'),
  label: text
});
export type Origin = Parsed<typeof parseOrigin>;

export type Parameter = string | number | boolean | null;

const parseParameter: Parser<Parameter> = (value, path) =>
  typeof value === 'number' || typeof value === 'boolean' || value === null
    ? (value as Parameter)
    : text(value, path);

/**
 * One statement, never rewritten. `params` bind to $1, $2 … in PostgreSQL's text form (send integers beyond 2^53 as strings).
 * `rowLimit` reads so many rows and stops; null reads all. With `cancelOnDisconnect` the query
 * ends when the last reader of its events or rows goes away.
 */
export const parseQueryRequest = record({
  sql: text,
  params: optional(list(parseParameter), []),
  rowLimit: optional(nullable(count), null),
  origin: parseOrigin,
  cancelOnDisconnect: optional(flag, false)
});
export type QueryRequest = Parsed<typeof parseQueryRequest>;

/** One result column: `type` is PostgreSQL's name with modifiers, `arrow` the Arrow type it arrives as. */
const parseField = record({ name: text, type: text, arrow: text });
export type Field = Parsed<typeof parseField>;

export const parseQueryStatus = record({
  queryId: text,
  state: oneOf('queued', 'running', 'done', 'failed', 'cancelled'),
  sql: text,
  origin: parseOrigin,
  /** Known once the server has described the statement; empty for a statement without rows. */
  fields: nullable(list(parseField)),
  /** Rows that can be read by now. */
  rows: count,
  /** Bytes of Arrow that can be read by now. */
  bytes: count,
  /** True when `rowLimit` cut the result. */
  truncated: flag,
  /** The planner's estimate of all rows; only asked for when the result was cut. */
  rowEstimate: nullable(count),
  /** ISO 8601, UTC. */
  startedAt: text,
  firstRowMs: nullable(number),
  elapsedMs: number,
  /** The server's command tag, such as `SELECT 48`. */
  command: nullable(text),
  notices: list(text),
  /** The file that holds the Arrow IPC stream, for a reader on the same machine. */
  spoolPath: nullable(text),
  error: nullable(parseErrorBody)
});
export type QueryStatus = Parsed<typeof parseQueryStatus>;

export const isFinal = (status: { readonly state: string }): boolean =>
  status.state === 'done' || status.state === 'failed' || status.state === 'cancelled';
