import type { ReplayState } from '../postgres/replica';

/** Rows as one encapsulated Arrow record batch message. */
export interface RowBatch {
  readonly message: Uint8Array;
  readonly rows: number;
}

/**
 * What an export reads: a statement's rows as encoded Arrow IPC, in order, at the reader's own pace.
 * The bytes of `schema`, of every batch and of an end-of-stream mark, one after the other, are a valid IPC stream.
 */
export interface RowSource {
  /** The encapsulated schema message of the statement's present run; rejects when the statement fails before it is described. */
  schema(): Promise<Uint8Array>;
  /**
   * The bytes of a message are valid until the next one is asked for. Throws when the statement fails or is cancelled, and
   * `STARTED_OVER` when it runs again.
   */
  batches(signal: AbortSignal): AsyncIterable<RowBatch>;
  /** Rows received from the server by now; final once `batches` has ended. */
  rowsRead(): number;
  /** The state of the database that the rows are of; known with the schema. Absent where there is no database. */
  seen?(): ReplayState;
  /** Ends the statement in the server if it still runs and gives the rows up. Idempotent. */
  release(): Promise<void>;
}
