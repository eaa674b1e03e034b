import { ColumnSample } from './column-sample';
import type { OpenRowGroup, ParquetCodec } from './parquet-codec';
import { writerProperties } from './writer-properties';
import type { Compression } from './worker-messages';

/** So many rows, or bytes, are looked at before the encodings of a row group are chosen. */
const SAMPLE_ROWS = 16_384;
const SAMPLE_BYTES = 4 * 2 ** 20;

/**
 * One row group on its way to Parquet. Batches are encoded as they come, so that no more than the encoded part and one
 * batch are in WebAssembly's memory.
 */
export class RowGroupEncoding {
  /** Copies of the first batches, as long as the encodings are not chosen. */
  readonly #held: Uint8Array[] = [];
  readonly #sample = new ColumnSample();
  #rows = 0;
  #heldBytes = 0;
  #rowGroup: OpenRowGroup | null = null;
  #failure: { readonly error: unknown } | null = null;

  /** `giveBack` gets the buffer of each batch once it is not needed any more. */
  constructor(
    private readonly codec: ParquetCodec,
    private readonly schema: Uint8Array,
    private readonly compression: Compression,
    private readonly giveBack: (buffer: ArrayBuffer) => void
  ) {}

  /** Takes an Arrow IPC stream of one batch. What is wrong with it is told by `finish`. */
  add(stream: Uint8Array<ArrayBuffer>): void {
    try {
      if (this.#failure) {
        return;
      }
      if (this.#rowGroup) {
        this.#rowGroup.add(stream);
      } else {
        this.#hold(stream.slice());
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.giveBack(stream.buffer);
    }
  }

  /** The whole Parquet file of the row group. Throws what was wrong with a batch. */
  finish(): { readonly encoded: Uint8Array<ArrayBuffer>; readonly rows: number } {
    try {
      if (this.#failure) {
        throw this.#failure.error;
      }
      return this.#open().finish();
    } finally {
      this.abandon();
    }
  }

  /** Forgets everything. */
  abandon(): void {
    this.#held.length = 0;
    this.#rowGroup?.abandon();
  }

  #hold(stream: Uint8Array): void {
    this.#held.push(stream);
    this.#heldBytes += stream.length;
    this.#rows += this.#sample.add(stream);
    if (this.#rows >= SAMPLE_ROWS || this.#heldBytes >= SAMPLE_BYTES) {
      this.#open();
    }
  }

  #open(): OpenRowGroup {
    if (!this.#rowGroup) {
      const properties = writerProperties(this.#sample.columns(), this.compression);
      this.#rowGroup = this.codec.openRowGroup(this.schema, properties);
      for (let first = this.#held.shift(); first; first = this.#held.shift()) {
        this.#rowGroup.add(first);
      }
    }
    return this.#rowGroup;
  }
}
