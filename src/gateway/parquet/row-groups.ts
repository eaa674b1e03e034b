import { END_OF_STREAM } from '../arrow/ipc';
import type { RowSource } from '../results/row-source';

export interface RowGroupLimits {
  readonly rows: number;
  /** Of Arrow IPC. One batch larger than this makes a row group of its own. */
  readonly bytes: number;
}

/**
 * Cuts a source into Arrow IPC streams of one row group each; a source without rows gives one stream without
 * batches, which carries the schema. Each stream owns its buffer. Throws what the source throws.
 */
export async function* rowGroups(
  source: RowSource,
  limits: RowGroupLimits,
  signal: AbortSignal
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const schema = await source.schema();
  let group = new RowGroupStream(schema, limits);
  let cut = 0;
  for await (const { message, rows } of source.batches(signal)) {
    signal.throwIfAborted();
    if (!group.fits(message, rows)) {
      yield group.finish();
      cut++;
      group = new RowGroupStream(schema, limits);
    }
    group.add(message, rows);
  }
  signal.throwIfAborted();
  if (group.rows > 0 || cut === 0) {
    yield group.finish();
  }
}

class RowGroupStream {
  rows = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(
    schema: Uint8Array,
    private readonly limits: RowGroupLimits
  ) {
    this.#bytes = new Uint8Array(schema.length + END_OF_STREAM.length);
    this.#append(schema);
  }

  fits(message: Uint8Array, rows: number): boolean {
    return (
      this.rows === 0 ||
      (this.rows + rows <= this.limits.rows && this.#length + message.length <= this.limits.bytes)
    );
  }

  add(message: Uint8Array, rows: number): void {
    this.#append(message);
    this.rows += rows;
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#append(END_OF_STREAM);
    return this.#bytes.subarray(0, this.#length);
  }

  #append(message: Uint8Array): void {
    const needed = this.#length + message.length;
    if (needed > this.#bytes.length) {
      // The whole limit at once: pages that are never written take no memory, while growing step by step copies.
      const roomy = new Uint8Array(Math.max(needed, this.limits.bytes) + END_OF_STREAM.length);
      roomy.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = roomy;
    }
    this.#bytes.set(message, this.#length);
    this.#length = needed;
  }
}
