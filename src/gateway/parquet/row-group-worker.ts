/**
 * Entry of an encoder thread: takes the batches of a row group as they come, answers with
 * a complete Parquet file of it, or with its part of a CSV file.
 * Encoding blocks its thread for seconds, so it must not run on the gateway's own.
 */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { CsvEncoding } from '../csv/csv-encoding';
import { ParquetCodec } from './parquet-codec';
import { RowGroupEncoding } from './row-group-encoding';
import type { EncoderReply, EncoderRequest } from './worker-messages';

/** The encoding of one row group. `finish` throws what was wrong with a batch. */
interface Work {
  add(stream: Uint8Array<ArrayBuffer>): void;
  finish(): { readonly encoded: Uint8Array<ArrayBuffer>; readonly rows: number };
  abandon(): void;
}

const codec = new ParquetCodec(path.join(__dirname, 'parquet_codec.wasm'));
const open = new Map<number, Work>();

parentPort?.on('message', (request: EncoderRequest) => {
  const { rowGroup } = request;
  const encoding = open.get(rowGroup);
  switch (request.kind) {
    case 'open':
      open.set(rowGroup, encodingOf(request));
      break;
    case 'batch':
      if (encoding) {
        encoding.add(request.stream);
      } else {
        giveBack(request.stream.buffer);
      }
      break;
    case 'finish':
      if (encoding) {
        finish(rowGroup, encoding);
      }
      break;
    case 'abandon':
      encoding?.abandon();
      open.delete(rowGroup);
      break;
  }
});

function encodingOf({ schema, encoding }: Extract<EncoderRequest, { kind: 'open' }>): Work {
  return encoding.kind === 'csv'
    ? new CsvEncoding(encoding.gzip, giveBack)
    : new RowGroupEncoding(codec, schema, encoding.compression, giveBack);
}

function finish(rowGroup: number, encoding: Work): void {
  open.delete(rowGroup);
  try {
    const { encoded, rows } = encoding.finish();
    const { memoryBytes } = codec;
    reply({ kind: 'encoded', rowGroup, encoded, rows, memoryBytes }, encoded.buffer);
  } catch (error) {
    reply({ kind: 'failed', rowGroup, reason: error instanceof Error ? error.message : String(error) });
  }
}

function giveBack(buffer: ArrayBuffer): void {
  reply({ kind: 'taken', buffer }, buffer);
}

function reply(message: EncoderReply, ...transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}
