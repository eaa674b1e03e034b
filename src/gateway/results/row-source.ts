/**
 * What an export reads: a statement's rows as encoded Arrow IPC, in order, at the reader's own pace.
 * The bytes of `schema`, of every batch and of an end-of-stream mark, one after the other, are a valid IPC stream.
 */
export interface RowSource {
  /** The encapsulated schema message of the statement's present run; rejects when the statement fails before it is described. */
  schema(): Promise<Uint8Array>;
  /** Encapsulated record batch messages; throws when the statement fails or is cancelled, and `STARTED_OVER` when it runs again. */
  batches(signal: AbortSignal): AsyncIterable<{ readonly message: Uint8Array; readonly rows: number }>;
  /** Rows received from the server by now; final once `batches` has ended. */
  rowsRead(): number;
  /** Ends the statement in the server if it still runs and gives the rows up. Idempotent. */
  release(): Promise<void>;
}
