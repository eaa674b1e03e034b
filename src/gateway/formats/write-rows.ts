import type { RowSource } from '../results/row-source';
import type { FileFormat } from './file-format';
import type { RowFile } from './row-file';

/**
 * The bytes of one file with all rows of `source`, each piece until the next is asked for. `onRows` is told the rows written so far, as the encoder counts them.
 * Throws what the source throws, GatewayError `export-incomplete`, or the reason of `signal`.
 */
export async function* writeRows(
  source: RowSource,
  format: Pick<FileFormat, 'open'>,
  signal: AbortSignal,
  onRows: (rows: number) => void
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const file of writeFiles(source, format, signal, Infinity)) {
    yield* file.bytes(onRows);
  }
}

/** One file of several, to be read to its end before the next is asked for. */
export interface WrittenFile {
  /** The file's bytes, once, each piece until the next is asked for. `onRows` is told the rows of the file written so far. */
  bytes(onRows?: (rows: number) => void): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * All rows of `source` in their order as one file after the other. A file ends with the batch that takes it to about
 * `targetFileBytes`; a source without rows gives one file without rows. Throws as `writeRows` does.
 */
export async function* writeFiles(
  source: RowSource,
  format: Pick<FileFormat, 'open'>,
  signal: AbortSignal,
  targetFileBytes: number
): AsyncGenerator<WrittenFile, void, undefined> {
  const schema = await source.schema();
  const batches = source.batches(signal)[Symbol.asyncIterator]();
  try {
    let next = await batches.next();
    do {
      const file = format.open(schema, false);
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

function isFull({ rows, expectedBytes }: RowFile, targetBytes: number): boolean {
  return rows > 0 && expectedBytes >= targetBytes;
}

const NOT_READ = new Error('the file was given up');

function* told(
  pieces: readonly Uint8Array[],
  file: RowFile,
  onRows: (rows: number) => void
): Generator<Uint8Array, void, undefined> {
  if (pieces.length > 0) {
    onRows(file.rowsWritten);
    yield* pieces;
    file.releaseGiven();
  }
}
