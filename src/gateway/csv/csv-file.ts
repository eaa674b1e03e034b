import { decodeSchema } from '../arrow/ipc';
import type { EncodedRowGroup } from '../parquet/encoder';
import type { EncoderPool } from '../parquet/encoder-pool';
import { EncodingLine } from '../parquet/encoding-line';
import type { RowBatch } from '../results/row-source';
import { csvHeader } from './csv-text';
import { gzipped } from './gzipped';

/** Text is held whole until a stretch is complete. */
const STRETCH = { rows: 2 ** 20, bytes: 16 * 2 ** 20, encodedBytes: Infinity };

/** One CSV file in the making, as ParquetFile is one of Parquet; docs/export.md says how values look. */
export class CsvFile {
  readonly #line: EncodingLine;
  #header: Uint8Array | null;
  #rowsWritten = 0;
  #bytes = 0;

  /** `schema` is an encapsulated Arrow message. */
  constructor(schema: Uint8Array, encoders: EncoderPool, gzip: boolean) {
    const header = Buffer.from(csvHeader(decodeSchema(schema)));
    this.#header = gzip ? gzipped(header) : header;
    this.#line = new EncodingLine(schema, encoders, { kind: 'csv', gzip }, STRETCH);
  }

  /** Rows given to `add`. */
  get rows(): number {
    return this.#line.rows;
  }

  /** Rows in the bytes that have come out. */
  get rowsWritten(): number {
    return this.#rowsWritten;
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
    return this.#told(await this.#line.add(batch));
  }

  /** The rest of the file. A file without rows has its header. */
  async finish(): Promise<readonly Uint8Array[]> {
    return this.#told(await this.#line.finish());
  }

  releaseGiven(): void {
    this.#line.releaseGiven();
  }

  /** Gives the file up. Nothing happens when it is finished. */
  abandon(reason: unknown): void {
    this.#line.abandon(reason);
  }

  #told(stretches: readonly EncodedRowGroup[]): readonly Uint8Array[] {
    const first = this.#header && stretches.length > 0 ? [this.#header] : [];
    const pieces = [...first, ...stretches.map(({ encoded }) => encoded)].filter(({ length }) => length > 0);
    this.#header = first.length > 0 ? null : this.#header;
    this.#rowsWritten += stretches.reduce((sum, { rows }) => sum + rows, 0);
    this.#bytes += pieces.reduce((sum, { length }) => sum + length, 0);
    return pieces;
  }
}
