import {
  type RecordBatch,
  Table,
  type WriterProperties,
  transformParquetStream,
  writeParquet
} from 'parquet-wasm/node';
import { ColumnSample } from './column-sample';
import { FILE_META_DATA, integer, readFooter } from './footer';
import { writerProperties } from './writer-properties';
import type { Compression } from './worker-messages';

/** So many rows, or bytes, are looked at before the encodings of a row group are chosen. */
const SAMPLE_ROWS = 16_384;
const SAMPLE_BYTES = 4 * 2 ** 20;

/**
 * One row group on its way to Parquet. Batches are encoded as they come, so that no more than the encoded part and one
 * batch are in WebAssembly's memory; that is a third of what a call of `writeParquet` with the whole row group takes.
 */
export class RowGroupEncoding {
  /** Copies of the first batches, as long as the encodings are not chosen. */
  #held: Uint8Array<ArrayBuffer>[] | null = [];
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  readonly #sample = new ColumnSample();
  #rows = 0;
  #heldBytes = 0;
  #complete = false;
  #failure: unknown = null;
  #wake: () => void = () => undefined;
  #file: Promise<Uint8Array<ArrayBuffer>> | null = null;

  /** `giveBack` gets the buffer of each batch once it is not needed any more. */
  constructor(
    private readonly schema: Uint8Array,
    private readonly compression: Compression,
    private readonly giveBack: (buffer: ArrayBuffer) => void
  ) {}

  /** Takes an Arrow IPC stream of one batch. What is wrong with it is told by `finish`. */
  add(stream: Uint8Array<ArrayBuffer>): void {
    if (!this.#held) {
      this.#waiting.push(stream);
      this.#wake();
      return;
    }
    const copy = stream.slice();
    this.giveBack(stream.buffer);
    this.#held.push(copy);
    this.#heldBytes += copy.length;
    try {
      this.#rows += this.#sample.add(copy);
    } catch (error) {
      this.#failure ??= error;
    }
    if (this.#rows >= SAMPLE_ROWS || this.#heldBytes >= SAMPLE_BYTES) {
      this.#begin();
    }
  }

  /** The whole Parquet file of the row group. Throws what was wrong with a batch. */
  async finish(): Promise<{ readonly encoded: Uint8Array<ArrayBuffer>; readonly rows: number }> {
    this.#complete = true;
    if (this.#held?.length === 0) {
      return counted(own(writeParquet(Table.fromIPCStream(this.schema), this.#properties())));
    }
    this.#begin();
    this.#wake();
    const file = await this.#file;
    if (this.#failure || !file) {
      throw this.#failure;
    }
    return counted(file);
  }

  /** Forgets everything. */
  abandon(): void {
    this.#complete = true;
    this.#held = null;
    this.#waiting.splice(0).forEach(({ buffer }) => this.giveBack(buffer));
    this.#wake();
  }

  #begin(): void {
    if (!this.#file) {
      const held = this.#held ?? [];
      this.#file = encode(this.#batches(held), this.#properties());
      // Told by `finish`.
      this.#file.catch(() => undefined);
      this.#held = null;
    }
  }

  #properties(): WriterProperties {
    return writerProperties(this.#sample.columns(), this.compression);
  }

  async *#batches(held: Uint8Array[]): AsyncGenerator<RecordBatch, void, undefined> {
    try {
      for (let first = held.shift(); first; first = held.shift()) {
        yield batchOf(first);
      }
      for (;;) {
        const stream = this.#waiting.shift();
        if (stream) {
          const batch = batchOf(stream);
          this.giveBack(stream.buffer);
          yield batch;
        } else if (this.#complete) {
          return;
        } else {
          await new Promise<void>(resolve => (this.#wake = resolve));
        }
      }
    } catch (error) {
      // transformParquetStream makes a valid file of what came before an error, so this must be told beside it.
      this.#failure ??= error;
    }
  }
}

async function encode(
  batches: AsyncGenerator<RecordBatch, void, undefined>,
  properties: WriterProperties
): Promise<Uint8Array<ArrayBuffer>> {
  const source = new ReadableStream<RecordBatch>(
    {
      async pull(controller) {
        const { value, done } = await batches.next();
        if (done) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      }
    },
    { highWaterMark: 0 }
  );
  const parts: Uint8Array[] = [];
  for await (const part of await transformParquetStream(source, properties)) {
    parts.push(part);
  }
  return joined(parts);
}

/** With the rows that the file itself tells of, which are fewer than were given when the encoder has lost some. */
function counted(encoded: Uint8Array<ArrayBuffer>) {
  return { encoded, rows: Number(integer(readFooter(encoded).metaData, FILE_META_DATA.numRows) ?? 0n) };
}

function batchOf(stream: Uint8Array): RecordBatch {
  const table = Table.fromIPCStream(stream);
  try {
    const batch = table.recordBatch(0);
    if (!batch) {
      throw new RangeError('an Arrow IPC stream without a batch');
    }
    return batch;
  } finally {
    table.free();
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [only, ...more] = parts;
  if (only && more.length === 0) {
    return own(only);
  }
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `bytes` in a buffer that is theirs alone and can be transferred. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
