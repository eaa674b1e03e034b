import { parseErrorBody } from './errors';
import { parseWritten } from './history';
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

export const parseParameters = list(parseParameter);

/** Why one connection reads a table alone although more were wanted. */
const parseParallelRefusal = oneOf(
  'statement',
  'row-limit',
  'switched-off',
  'server-version',
  'view',
  'foreign-table',
  'partitioned',
  'inherited',
  'temporary',
  'access-method',
  'row-security',
  'column-grants',
  'small',
  'too-large',
  'busy',
  'snapshot'
);
export type ParallelRefusal = Parsed<typeof parseParallelRefusal>;

/**
 * A read of a whole table (`SELECT * FROM t`, `SELECT a, b FROM t`, `TABLE t`) shared by several connections under one snapshot.
 * The gateway allows `connections` at most so many, and takes those that are free at once; 1 forbids sharing. Each reads
 * the rows of some of the table's pages: the statement with a condition on ctid added, and otherwise as it stands.
 * Rows come in any order, or `inOrder` of their ctid, which is that of a single sequential scan.
 * `required` makes an error of a refusal.
 */
const parseParallelRequest = record({
  connections: count,
  inOrder: optional(flag, false),
  required: optional(flag, false)
});

/** How a read of a whole table went: over how many connections, and why over one alone. */
const parseParallelFacts = record({ connections: count, refusal: nullable(parseParallelRefusal) });
export type ParallelFacts = Parsed<typeof parseParallelFacts>;

/**
 * One statement, never rewritten, save for what `parallel` says. `params` bind to $1, $2 … in PostgreSQL's text form (send
 * integers beyond 2^53 as strings).
 * `rowLimit` reads so many rows and stops; null reads all. With `cancelOnDisconnect` the query
 * ends when the last reader of its events or rows goes away. Without `parallel` the gateway shares the read of a whole table
 * that is large, unless a panel asks.
 */
export const parseQueryRequest = record({
  sql: text,
  params: optional(parseParameters, []),
  rowLimit: optional(nullable(count), null),
  origin: parseOrigin,
  /** The connection profile that it runs on; null is the first one. */
  profile: optional(nullable(text), null),
  cancelOnDisconnect: optional(flag, false),
  /** All rows are read once, in order, by one reader: such a result may be larger than what the gateway may store. */
  readOnce: optional(flag, false),
  /**
   * With `readOnce`: rows are fetched as their reader takes them, whatever the planner expects of their size. They are then
   * never more than may be stored, but the statement is planned without parallel workers.
   */
  readersPace: optional(flag, false),
  /** The rows, once complete, are still there after the gateway has restarted. */
  keep: optional(flag, false),
  /** What the history has in the place of `sql`, where a person wrote something else or gave values. */
  written: optional(nullable(parseWritten), null),
  parallel: optional(nullable(parseParallelRequest), null),
  /** The id of an open snapshot that the statement sees. */
  snapshot: optional(nullable(text), null)
});
export type QueryRequest = Parsed<typeof parseQueryRequest>;

/** One result column: `type` is PostgreSQL's name with modifiers, `arrow` the Arrow type it arrives as. */
const parseField = record({ name: text, type: text, arrow: text });
export type Field = Parsed<typeof parseField>;

export const parseQueryStatus = record({
  queryId: text,
  state: oneOf('queued', 'running', 'done', 'failed', 'cancelled'),
  /** The place among those who wait for a connection, from 1; null for a query that does not wait. */
  queuePosition: nullable(count),
  /** Grows when the statement is run again: rows and fields read before are no longer those of the result. */
  generation: count,
  sql: text,
  origin: parseOrigin,
  /** The connection profile that it runs on. */
  profile: optional(nullable(text), null),
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
  /** The moment that the rows show, by the server's clock: ISO 8601, UTC; null before the statement has begun. */
  asOf: optional(nullable(text), null),
  /** How far the replica was behind at that moment; null on a primary and where it cannot be told. */
  lagMs: optional(nullable(number), null),
  /** The id of the snapshot that the statement sees. */
  snapshot: optional(nullable(text), null),
  /** Null for a statement that nobody thought of sharing. */
  parallel: nullable(parseParallelFacts),
  /** The server's command tag, such as `SELECT 48`. */
  command: nullable(text),
  notices: list(text),
  /** The file that holds the Arrow IPC stream, for a reader on the same machine. */
  spoolPath: nullable(text),
  error: nullable(parseErrorBody)
});
export type QueryStatus = Parsed<typeof parseQueryStatus>;

/** Those that have not ended. */
export const parseRunningQueries = record({ queries: list(parseQueryStatus) });

export const isFinal = (status: { readonly state: string }): boolean =>
  status.state === 'done' || status.state === 'failed' || status.state === 'cancelled';
