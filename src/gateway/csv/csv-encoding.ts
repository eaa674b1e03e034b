import { RecordBatchReader } from 'apache-arrow';
import { csvRows } from './csv-text';
import { gzipped } from './gzipped';

/** A stretch of a CSV file, in an encoder thread: text is made of each batch as it comes. */
export class CsvEncoding {
  readonly #texts: Buffer[] = [];
  #rows = 0;
  #failure: { readonly error: unknown } | null = null;

  /** `giveBack` gets the buffer of each batch once it is not needed any more. */
  constructor(
    private readonly gzip: boolean,
    private readonly giveBack: (buffer: ArrayBuffer) => void
  ) {}

  /** Takes an Arrow IPC stream of one batch. What is wrong with it is told by `finish`. */
  add(stream: Uint8Array<ArrayBuffer>): void {
    try {
      for (const batch of RecordBatchReader.from(stream)) {
        this.#texts.push(Buffer.from(csvRows(batch)));
        this.#rows += batch.numRows;
      }
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.giveBack(stream.buffer);
    }
  }

  finish(): { readonly encoded: Uint8Array<ArrayBuffer>; readonly rows: number } {
    if (this.#failure) {
      throw this.#failure.error;
    }
    const text = Buffer.concat(this.#texts);
    const encoded = this.gzip && text.length > 0 ? gzipped(text) : new Uint8Array(text);
    return { encoded, rows: this.#rows };
  }

  abandon(): void {
    this.#texts.length = 0;
  }
}
