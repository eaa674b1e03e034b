import type { RowSource } from '../results/row-source';
import type { EncoderPool } from './encoder-pool';
import { ParquetFile, type ParquetOptions } from './parquet-file';

/**
 * The bytes of one Parquet file with all rows of `source`; PostgreSQL's types stand in the stored Arrow schema (key
 * `pg:type`). `onRows` is told the rows written so far, as the encoded row groups count them. Throws what the source
 * throws, GatewayError `export-incomplete`, or the reason of `signal`.
 */
export async function* writeParquet(
  source: RowSource,
  encoders: EncoderPool,
  signal: AbortSignal,
  onRows: (rows: number) => void,
  options: Partial<ParquetOptions> = {}
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const file of writeParquetFiles(source, encoders, signal, Infinity, options)) {
    yield* file.bytes(onRows);
  }
}

/** One file of several, to be read to its end before the next is asked for. */
export interface WrittenFile {
  /** The file's bytes, once. `onRows` is told the rows of the file written so far. */
  bytes(onRows?: (rows: number) => void): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * All rows of `source` in their order as one Parquet file after the other. A file ends with the batch that takes it to about
 * `targetFileBytes`; a source without rows gives one file without rows. Throws as `writeParquet` does.
 */
export async function* writeParquetFiles(
  source: RowSource,
  encoders: EncoderPool,
  signal: AbortSignal,
  targetFileBytes: number,
  options: Partial<ParquetOptions> = {}
): AsyncGenerator<WrittenFile, void, undefined> {
  const schema = await source.schema();
  const batches = source.batches(signal)[Symbol.asyncIterator]();
  try {
    let next = await batches.next();
    do {
      const file = new ParquetFile(schema, encoders, options);
      const abandon = () => file.abandon(signal.reason);
      signal.addEventListener('abort', abandon);
      try {
        yield {
          bytes: async function* (onRows = () => undefined) {
            for (; !next.done && !isFull(file, targetFileBytes); next = await batches.next()) {
              signal.throwIfAborted();
              yield* told(await file.add(next.value), file, onRows);
            }
            signal.throwIfAborted();
            yield* told(await file.finish(), file, onRows);
          }
        };
      } finally {
        signal.removeEventListener('abort', abandon);
        file.abandon(NOT_READ);
      }
      if (!next.done && file.rows === 0) {
        throw NOT_READ;
      }
    } while (!next.done);
  } finally {
    await batches.return?.();
  }
}

function isFull({ rows, expectedBytes }: ParquetFile, targetBytes: number): boolean {
  return rows > 0 && expectedBytes >= targetBytes;
}

const NOT_READ = new Error('the file was given up');

function* told(
  pieces: readonly Uint8Array[],
  { rowsWritten }: ParquetFile,
  onRows: (rows: number) => void
): Generator<Uint8Array, void, undefined> {
  if (pieces.length > 0) {
    onRows(rowsWritten);
    yield* pieces;
  }
}
