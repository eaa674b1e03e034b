/** Entry of a worker thread that reads the first rows of one Parquet file, says what it read and ends. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { ParquetCodec } from './parquet-codec';

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
    const codec = new ParquetCodec(path.join(__dirname, 'parquet_codec.wasm'));
    return { kind: 'read', stream: codec.firstRows(file, rows) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
