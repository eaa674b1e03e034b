import { GatewayError } from '../gateway-error';
import type { RowBatch } from '../results/row-source';
import type { RowGroupWork } from './encoder';
import type { EncoderPool } from './encoder-pool';
import { ParquetMerge } from './merge';
import type { Compression } from './worker-messages';

/** A row group ends before the batch that would take it beyond one of them. */
interface RowGroupLimits {
  readonly rows: number;
  /** Of Arrow IPC. One batch larger than this makes a row group of its own. */
  readonly bytes: number;
}

export interface ParquetOptions {
  readonly compression: Compression;
  readonly rowGroup: RowGroupLimits;
}

interface RowGroup {
  readonly work: RowGroupWork;
  rows: number;
  arrowBytes: number;
  /** Asked for once it is complete. */
  file: Promise<Uint8Array> | null;
  encoded: boolean;
}

/**
 * 128 MiB of Arrow become 10 to 30 MiB of Parquet. Larger row groups hardly make a file smaller, and what is encoded of one
 * stays in memory until it is complete; of several threads each has one.
 */
const ROW_GROUP = { rows: 2 ** 20, bytes: 128 * 2 ** 20 };
const ROW_GROUP_OF_SEVERAL = { rows: 2 ** 20, bytes: 64 * 2 ** 20 };

/** What Parquet takes of Arrow's bytes, as long as no row group tells. */
const USUAL_SHARE = 0.25;

/**
 * One Parquet file in the making, by whoever has its batches. Its bytes come out of `add` and `finish`, in order; what
 * these throw is GatewayError `export-incomplete` or what `abandon` was given. Several files may be open at a time:
 * each holds its present row group in encoded form, and shares the pool's memory for batches.
 */
export class ParquetFile {
  readonly #merge = new ParquetMerge();
  /** Those that have not come out; batches go to the last one when it is not complete. */
  readonly #rowGroups: RowGroup[] = [];
  readonly #release: () => void;
  readonly #options: ParquetOptions;
  #rows = 0;
  #bytes = 0;
  #arrowBytes = 0;

  /** `schema` is an encapsulated Arrow message. By default zstd, and row groups as large as memory allows. */
  constructor(
    private readonly schema: Uint8Array,
    private readonly encoders: EncoderPool,
    options: Partial<ParquetOptions> = {}
  ) {
    const rowGroup = encoders.size === 1 ? ROW_GROUP : ROW_GROUP_OF_SEVERAL;
    this.#options = { compression: 'zstd', rowGroup, ...options };
    this.#release = encoders.retain();
  }

  /** Rows given to `add`. */
  get rows(): number {
    return this.#rows;
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
    const share = this.#arrowBytes > 0 ? this.#bytes / this.#arrowBytes : USUAL_SHARE;
    const inWork = this.#rowGroups.reduce((sum, { arrowBytes }) => sum + arrowBytes, 0);
    return Math.round(this.#bytes + share * inWork);
  }

  /** Takes a batch, whose bytes are copied before this waits, and gives the bytes of the file that are ready by then. */
  async add({ message, rows }: RowBatch): Promise<readonly Uint8Array[]> {
    const rowGroup = this.#roomFor(message.length, rows);
    rowGroup.rows += rows;
    rowGroup.arrowBytes += message.length;
    this.#rows += rows;
    await rowGroup.work.add(message);
    return this.#ready(this.encoders.size);
  }

  /** The rest of the file. A file without rows has its schema. */
  async finish(): Promise<readonly Uint8Array[]> {
    const last = this.#rows === 0 ? this.#begin() : this.#rowGroups.at(-1);
    complete(last);
    const pieces = await this.#ready(0);
    if (this.rowsWritten !== this.rows) {
      throw incomplete(this.rows, this.rowsWritten);
    }
    const end = this.#merge.finish();
    this.#bytes += end.length;
    this.#release();
    return [...pieces, end];
  }

  /** Gives the file up. Nothing happens when it is finished. */
  abandon(reason: unknown): void {
    this.#rowGroups.splice(0).forEach(({ work }) => work.abandon(reason));
    this.#release();
  }

  #roomFor(bytes: number, rows: number): RowGroup {
    const { rowGroup: limits } = this.#options;
    const last = this.#rowGroups.at(-1);
    if (last && last.rows + rows <= limits.rows && last.arrowBytes + bytes <= limits.bytes && !last.file) {
      return last;
    }
    complete(last);
    return this.#begin();
  }

  #begin(): RowGroup {
    const work = this.encoders.begin(this.schema, this.#options.compression);
    const rowGroup = { work, rows: 0, arrowBytes: 0, file: null, encoded: false };
    this.#rowGroups.push(rowGroup);
    return rowGroup;
  }

  /** The pages of the first row groups that are encoded; waits for them while more than `waiting` are complete. */
  async #ready(waiting: number): Promise<readonly Uint8Array[]> {
    const pieces: Uint8Array[] = [];
    for (let first = this.#rowGroups[0]; first?.file; first = this.#rowGroups[0]) {
      const complete = this.#rowGroups.filter(({ file }) => file !== null).length;
      if (!first.encoded && complete <= waiting) {
        break;
      }
      const pages = this.#merge.append(await first.file);
      this.#rowGroups.shift();
      this.#bytes += pages.length;
      this.#arrowBytes += first.arrowBytes;
      pieces.push(pages);
    }
    return pieces;
  }
}

function incomplete(rows: number, written: number): GatewayError {
  return new GatewayError('export-incomplete', `${rows} rows were to be encoded, but ${written} were.`, {
    action: 'Export again; if it happens again, report it with the query.'
  });
}

function complete(rowGroup: RowGroup | undefined): void {
  if (rowGroup && !rowGroup.file) {
    rowGroup.file = rowGroup.work.finish();
    const encoded = () => (rowGroup.encoded = true);
    rowGroup.file.then(encoded, encoded);
  }
}
