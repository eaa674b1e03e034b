/** Entry of a worker thread that reads the first rows of one Parquet file, says what it read and ends. */
import { parentPort } from 'node:worker_threads';
import { readParquet } from 'parquet-wasm/node';

export interface PreviewRequest {
  readonly file: Uint8Array;
  readonly rows: number;
}

export type PreviewReply =
  | { readonly kind: 'read'; readonly stream: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string };

parentPort?.once('message', ({ file, rows }: PreviewRequest) => {
  parentPort?.postMessage(read(file, rows));
});

function read(file: Uint8Array, rows: number): PreviewReply {
  try {
    const table = readParquet(file, { limit: rows, batchSize: rows });
    return { kind: 'read', stream: new Uint8Array(table.intoIPCStream()) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
