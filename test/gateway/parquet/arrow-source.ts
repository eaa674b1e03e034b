import { RecordBatchStreamWriter, type RecordBatch, type Schema, type Table } from 'apache-arrow';
import type { RowSource } from '../../../src/gateway/results/row-source';

const END_OF_STREAM_BYTES = 8;

/** What a test wants to happen before the batch with this number is delivered. */
export type BeforeBatch = (batch: number, signal: AbortSignal) => Promise<void> | void;

/** A row source over Arrow record batches, framed as the gateway's spool frames them. */
export class ArrowSource implements RowSource {
  released = 0;
  #rows = 0;

  constructor(
    private readonly arrowSchema: Schema,
    private readonly recordBatches: Iterable<RecordBatch>,
    private readonly beforeBatch: BeforeBatch = () => undefined
  ) {}

  static of(table: Table, beforeBatch?: BeforeBatch): ArrowSource {
    return new ArrowSource(table.schema, table.batches, beforeBatch);
  }

  async schema(): Promise<Uint8Array> {
    return encode(this.arrowSchema).slice(0, -END_OF_STREAM_BYTES);
  }

  async *batches(signal: AbortSignal) {
    const { length } = await this.schema();
    let number = 0;
    for (const batch of this.recordBatches) {
      await this.beforeBatch(number++, signal);
      signal.throwIfAborted();
      const message = encode(this.arrowSchema, batch).slice(length, -END_OF_STREAM_BYTES);
      this.#rows += batch.numRows;
      yield { message, rows: batch.numRows };
    }
  }

  rowsRead(): number {
    return this.#rows;
  }

  async release(): Promise<void> {
    this.released++;
  }
}

function encode(schema: Schema, ...batches: RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  batches.forEach(batch => writer.write(batch));
  writer.finish();
  return writer.toUint8Array(true);
}
