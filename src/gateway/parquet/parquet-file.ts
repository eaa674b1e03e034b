import type { RowBatch } from '../results/row-source';
import type { EncodedRowGroup } from './encoder';
import type { EncoderPool } from './encoder-pool';
import { EncodingLine, type RowGroupLimits } from './encoding-line';
import { ParquetMerge } from './merge';
import type { Compression } from './worker-messages';

export interface ParquetOptions {
  readonly compression: Compression;
  readonly rowGroup: Partial<RowGroupLimits>;
}

/**
 * What is encoded of a row group stays in memory until it is complete, and is then copied a few times on its way out:
 * each MiB of it takes five. Larger row groups do not make a file smaller. Of several threads each has one.
 */
const ROW_GROUP = { rows: 2 ** 20, bytes: 128 * 2 ** 20, encodedBytes: 8 * 2 ** 20 };
const ROW_GROUP_OF_SEVERAL = { ...ROW_GROUP, bytes: 64 * 2 ** 20 };

/**
 * One Parquet file in the making, by whoever has its batches. Its bytes come out of `add` and `finish`, in order; what
 * these throw is GatewayError `export-incomplete` or what `abandon` was given. Several files may be open at a time:
 * each holds its present row group in encoded form, and shares the pool's memory for batches.
 */
export class ParquetFile {
  readonly #merge = new ParquetMerge();
  readonly #line: EncodingLine;
  #bytes = 0;

  /** `schema` is an encapsulated Arrow message. By default zstd, and row groups as large as memory allows. */
  constructor(schema: Uint8Array, encoders: EncoderPool, options: Partial<ParquetOptions> = {}) {
    const usual = encoders.size === 1 ? ROW_GROUP : ROW_GROUP_OF_SEVERAL;
    const { compression = 'zstd', rowGroup } = options;
    const limits = { ...usual, ...rowGroup };
    this.#line = new EncodingLine(schema, encoders, { kind: 'parquet', compression }, limits);
  }

  /** Rows given to `add`. */
  get rows(): number {
    return this.#line.rows;
  }

  /** Rows in the bytes that have come out, as the encoded row groups count them. */
  get rowsWritten(): number {
    return this.#merge.rows;
  }

  /** Bytes that have come out. */
  get bytes(): number {
    return this.#bytes;
  }

  /** About what the file would have if it were finished now. */
  get expectedBytes(): number {
    return Math.round(this.#bytes + this.#line.expectedBytes);
  }

  /** Takes a batch, whose bytes are copied before this waits, and gives the bytes of the file that are ready by then. */
  async add(batch: RowBatch): Promise<readonly Uint8Array[]> {
    return this.#merged(await this.#line.add(batch));
  }

  /** The rest of the file. A file without rows has its schema. */
  async finish(): Promise<readonly Uint8Array[]> {
    const pages = this.#merged(await this.#line.finish());
    const end = this.#merge.finish();
    this.#bytes += end.length;
    return [...pages, end];
  }

  releaseGiven(): void {
    this.#line.releaseGiven();
  }

  /** Gives the file up. Nothing happens when it is finished. */
  abandon(reason: unknown): void {
    this.#line.abandon(reason);
  }

  #merged(rowGroups: readonly EncodedRowGroup[]): readonly Uint8Array[] {
    const pages = rowGroups.map(({ encoded }) => this.#merge.append(encoded));
    this.#bytes += pages.reduce((sum, { length }) => sum + length, 0);
    return pages;
  }
}
