import type { RowBatch } from '../results/row-source';

/** One file of rows in the making. Its bytes come out of `add` and `finish`, in order. */
export interface RowFile {
  /** Rows given to `add`. */
  readonly rows: number;
  /** Rows in the bytes that have come out, as the encoder counts them. */
  readonly rowsWritten: number;
  /** Bytes that have come out. */
  readonly bytes: number;
  /** About what the file would have if it were finished now. */
  readonly expectedBytes: number;
  /** Copies the batch before it waits, and gives what is ready by then. Throws GatewayError `export-incomplete`. */
  add(batch: RowBatch): Promise<readonly Uint8Array[]>;
  /** The rest. A file without rows tells its columns. Throws as `add` does. */
  finish(): Promise<readonly Uint8Array[]>;
  /** Nobody reads any more what has come out by now, which is then empty. */
  releaseGiven(): void;
  /** Gives the file up; what waits for it is thrown `reason`. Nothing happens when it is finished. */
  abandon(reason: unknown): void;
}
