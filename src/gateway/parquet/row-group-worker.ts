/**
 * Entry of an encoder thread: takes the batches of a row group as they come, answers with a complete Parquet file of it.
 * Encoding blocks its thread for seconds, so it must not run on the gateway's own.
 */
import { parentPort } from 'node:worker_threads';
import { wasmMemory } from 'parquet-wasm/node';
import { RowGroupEncoding } from './row-group-encoding';
import type { EncoderReply, EncoderRequest } from './worker-messages';

const open = new Map<number, RowGroupEncoding>();

parentPort?.on('message', (request: EncoderRequest) => {
  const { rowGroup } = request;
  const encoding = open.get(rowGroup);
  switch (request.kind) {
    case 'open':
      open.set(rowGroup, new RowGroupEncoding(request.schema, request.compression, giveBack));
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
        void finish(rowGroup, encoding);
      }
      break;
    case 'abandon':
      encoding?.abandon();
      open.delete(rowGroup);
      break;
  }
});

async function finish(rowGroup: number, encoding: RowGroupEncoding): Promise<void> {
  try {
    const file = await encoding.finish();
    if (open.delete(rowGroup)) {
      const memoryBytes = wasmMemory().buffer.byteLength;
      reply({ kind: 'encoded', rowGroup, file, memoryBytes }, file.buffer);
    }
  } catch (error) {
    if (open.delete(rowGroup)) {
      reply({ kind: 'failed', rowGroup, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}

function giveBack(buffer: ArrayBuffer): void {
  reply({ kind: 'taken', buffer }, buffer);
}

function reply(message: EncoderReply, ...transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}
