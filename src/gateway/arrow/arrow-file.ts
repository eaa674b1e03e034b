import { MetadataVersion, type Schema } from 'apache-arrow';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import type { RowBatch } from '../results/row-source';
import { END_OF_STREAM, decodeSchema } from './ipc';

/** ARROW1, and at the start two bytes more, so that messages lie at multiples of eight. */
const MAGIC = Buffer.from('ARROW1');
const START = Buffer.from('ARROW1\0\0');

/**
 * One Arrow IPC file (Feather version 2) in the making, as ParquetFile is one of Parquet. The messages are those of the
 * stream; a file has a list of where they are after them.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
export class ArrowFile {
  readonly #schema: Schema;
  readonly #blocks: FileBlock[] = [];
  #begun = false;
  #rows = 0;
  #bytes = 0;

  /** `schema` is an encapsulated Arrow message. */
  constructor(private readonly schemaMessage: Uint8Array) {
    this.#schema = decodeSchema(schemaMessage);
  }

  /** Rows given to `add`. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows in the bytes that have come out. */
  get rowsWritten(): number {
    return this.#rows;
  }

  /** Bytes that have come out. */
  get bytes(): number {
    return this.#bytes;
  }

  /** About what the file would have if it were finished now. */
  get expectedBytes(): number {
    return this.#bytes;
  }

  /** The bytes of the file that are ready now; those of the batch are copied. */
  async add({ message, rows }: RowBatch): Promise<readonly Uint8Array[]> {
    const start = this.#start();
    const copy = message.slice();
    const metaDataBytes = 8 + new DataView(copy.buffer).getInt32(4, true);
    this.#blocks.push(new FileBlock(metaDataBytes, BigInt(copy.length - metaDataBytes), BigInt(this.#bytes)));
    this.#rows += rows;
    this.#bytes += copy.length;
    return [...start, copy];
  }

  /** The rest of the file. A file without rows has its schema. */
  async finish(): Promise<readonly Uint8Array[]> {
    const start = this.#start();
    const footer = Footer.encode(new Footer(this.#schema, MetadataVersion.V5, this.#blocks, []));
    const length = Buffer.alloc(4);
    length.writeInt32LE(footer.length);
    const end = Buffer.concat([END_OF_STREAM, footer, length, MAGIC]);
    this.#bytes += end.length;
    return [...start, end];
  }

  /** Batches are as short as those of the result. */
  releaseGiven(): void {}

  /** There is nothing to give up. */
  abandon(): void {}

  #start(): readonly Uint8Array[] {
    if (this.#begun) {
      return [];
    }
    this.#begun = true;
    this.#bytes = START.length + this.schemaMessage.length;
    return [START, this.schemaMessage];
  }
}
