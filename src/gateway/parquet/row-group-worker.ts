/**
 * Entry of a worker thread: takes an Arrow IPC stream of one row group, answers with a complete Parquet file of it.
 * Encoding blocks its thread for seconds, so it must not run on the gateway's own.
 */
import { parentPort } from 'node:worker_threads';
import {
  Compression,
  EnabledStatistics,
  Table,
  type WriterProperties,
  WriterPropertiesBuilder,
  wasmMemory,
  writeParquet
} from 'parquet-wasm/node';
import type { EncoderReply } from './encoder';

parentPort?.on('message', (stream: Uint8Array) => {
  const reply = encode(stream);
  parentPort?.postMessage(reply, reply.kind === 'encoded' ? [reply.file.buffer] : []);
});

function encode(stream: Uint8Array): EncoderReply {
  try {
    // writeParquet frees both the table and the properties.
    const file = new Uint8Array(writeParquet(Table.fromIPCStream(stream), properties()));
    return { kind: 'encoded', file, memoryBytes: wasmMemory().buffer.byteLength };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function properties(): WriterProperties {
  return new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .build();
}
