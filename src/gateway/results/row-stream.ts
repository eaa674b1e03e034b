import type { Schema } from 'apache-arrow';
import { GatewayError } from '../gateway-error';

/** One encapsulated record batch message. */
export interface StreamedBatch {
  readonly message: Uint8Array;
  readonly rows: number;
}

/** The rows of one run of a statement, for readers that begin at the first row. */
export interface RowStream {
  /** The encoded schema, with which the stream begins. */
  readonly schemaMessage: Uint8Array;
  /** Rows that were readable by now. */
  readonly rows: number;
  /** Bytes that can be read by now. */
  readonly sizeBytes: number;
  /** Bytes on disk, those on their way included. */
  readonly takenBytes: number;
  /**
   * Every batch from the first, those still to come included. Throws what the result failed with. With `lent` the bytes of
   * a message are valid only until the next one is asked for, and take memory once.
   */
  stream(signal: AbortSignal, lent?: 'lent'): AsyncGenerator<StreamedBatch>;
  /** Ends the stream for readers with `error`, unless it is complete. */
  fail(error: unknown): void;
  /** Ends it also when it is complete: its rows are no longer to be used. */
  invalidate(error: unknown): void;
  /** Idempotent. */
  remove(): Promise<void>;
}

/** Where the batches of one run of a statement go. */
export interface BatchSink {
  readonly schema: Schema;
  /** Bytes handed over that the disk has not taken yet. */
  readonly backlogBytes: number;
  /** Adds one batch, of encoded pieces. Resolves when nobody reads the pieces any more. */
  append(pieces: readonly Uint8Array[], rows: number): Promise<void>;
  /** Ends the stream after everything appended; throws when `rows` is not what was appended. */
  complete(rows: number, endOfStream: Uint8Array): Promise<void>;
}

/** What readers are thrown once the rows have been removed. */
export const GIVEN_UP = new GatewayError('result-expired', 'The result was given up.', {
  action: 'Run the query again.'
});

/**
 * What readers are thrown when the statement runs again: the rows so far may have other types than those that follow,
 * and another order. Who has not handed rows on begins again with the result's next stream.
 */
export const STARTED_OVER = new GatewayError('result-expired', 'The statement is being run again.', {
  action: 'Read the result again from its first row.'
});
