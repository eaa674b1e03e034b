import { randomFillSync } from 'node:crypto';
import {
  Field,
  Float64,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  makeData
} from 'apache-arrow';
import { IpcEncoder, positional } from '../../src/gateway/arrow/ipc';
import type { RowSource } from '../../src/gateway/results/row-source';

const BATCH_ROWS = 65_536;
const TEXT_BYTES = 100;
/** Batches that differ; they come again and again. */
const DIFFERENT = 4;

const SCHEMA = new Schema([
  new Field('id', new Int64(), true),
  new Field('at', new TimestampMicrosecond('UTC'), true),
  new Field('reading', new Float64(), true),
  new Field('note', new Utf8(), true)
]);

/** A source of at least `bytes` of Arrow that needs no database; the same few batches over and over. */
export function generatedRows(bytes: number): RowSource {
  const encoder = new IpcEncoder(SCHEMA);
  const messages = Array.from({ length: DIFFERENT }, (_, number) => encoded(encoder, number * BATCH_ROWS));
  let rows = 0;
  return {
    schema: async () => encoder.schemaMessage,
    async *batches(signal) {
      for (let sent = 0, number = 0; sent < bytes; number++) {
        signal.throwIfAborted();
        const message = messages[number % DIFFERENT]!;
        sent += message.length;
        rows += BATCH_ROWS;
        yield { message, rows: BATCH_ROWS };
      }
    },
    rowsRead: () => rows,
    release: async () => undefined
  };
}

function encoded(encoder: IpcEncoder, from: number): Uint8Array {
  const [ids, moments] = [new BigInt64Array(BATCH_ROWS), new BigInt64Array(BATCH_ROWS)];
  const readings = new Float64Array(BATCH_ROWS);
  const offsets = new Int32Array(BATCH_ROWS + 1);
  for (let row = 0; row < BATCH_ROWS; row++) {
    ids[row] = BigInt(from + row);
    moments[row] = BigInt(37_123_456 * (from + row));
    readings[row] = Math.sin(from + row);
    offsets[row + 1] = (row + 1) * TEXT_BYTES;
  }
  const notes = Buffer.from(randomFillSync(Buffer.alloc((BATCH_ROWS * TEXT_BYTES) / 2)).toString('hex'));
  const children = [
    makeData({ type: new Int64(), data: ids }),
    makeData({ type: new TimestampMicrosecond('UTC'), data: moments }),
    makeData({ type: new Float64(), data: readings }),
    makeData({ type: new Utf8(), valueOffsets: offsets, data: notes })
  ];
  const schema = positional(SCHEMA);
  const data = makeData({ type: new Struct(schema.fields), length: BATCH_ROWS, nullCount: 0, children });
  return Buffer.concat(encoder.encode(new RecordBatch(schema, data)));
}
