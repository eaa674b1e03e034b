import { IpcEncoder, decodeBatch, encodeSchema } from '../arrow/ipc';
import { decodeSchema } from '../arrow/ipc';
import { takeRows } from '../arrow/take';
import type { RowSource } from '../results/row-source';
import { PartitionIndex } from './partition-rows';
import type { PartitionScheme } from './partition-scheme';

/** Rows of a partition wait until there are so many bytes of them, so that its file gets them in pieces worth encoding. */
const PIECE_BYTES = 2 ** 20;
/** Of all partitions together; beyond that the one with the most is written. */
const WAITING_BYTES = 96 * 2 ** 20;

/** Rows of one partition as one encapsulated Arrow message under the schema of the files. */
export interface PartitionPiece {
  /** A value for each partition of the scheme. */
  readonly values: readonly (string | null)[];
  readonly message: Uint8Array;
  readonly rows: number;
}

interface Waiting {
  pieces: { readonly message: Uint8Array; readonly rows: number }[];
  bytes: number;
}

export const fileSchemaMessage = ({ fileSchema }: PartitionScheme): Uint8Array => encodeSchema(fileSchema);

/**
 * The rows of `source` by partition, in their order within one; columns that are partitions are left out. What has no
 * partitions passes through untouched. Throws what the source throws, and GatewayError `bad-request` for too many partitions.
 */
export async function* partitionedRows(
  source: RowSource,
  scheme: PartitionScheme,
  signal: AbortSignal
): AsyncGenerator<PartitionPiece, void, undefined> {
  if (scheme.partitions.length === 0) {
    for await (const { message, rows } of source.batches(signal)) {
      signal.throwIfAborted();
      yield { values: [], message, rows };
    }
    return;
  }
  const schema = decodeSchema(await source.schema());
  const index = new PartitionIndex(scheme, schema);
  const encoder = new IpcEncoder(scheme.fileSchema);
  const waiting = new Map<number, Waiting>();
  let total = 0;
  const release = function* (partition: number, { pieces, bytes }: Waiting): Generator<PartitionPiece> {
    waiting.delete(partition);
    total -= bytes;
    for (const piece of pieces) {
      yield { values: index.partitions[partition]!, ...piece };
    }
  };
  for await (const { message } of source.batches(signal)) {
    signal.throwIfAborted();
    const batch = decodeBatch(schema, message);
    for (const { partition, rows } of index.split(batch)) {
      const taken = takeRows(batch, scheme.fileColumns, rows);
      const encoded = Buffer.concat(encoder.encode(taken));
      const wait = waiting.get(partition) ?? { pieces: [], bytes: 0 };
      wait.pieces.push({ message: encoded, rows: taken.numRows });
      wait.bytes += encoded.length;
      total += encoded.length;
      waiting.set(partition, wait);
      if (wait.bytes >= PIECE_BYTES) {
        yield* release(partition, wait);
      }
    }
    while (total > WAITING_BYTES) {
      const [largest] = [...waiting].sort(([, a], [, b]) => b.bytes - a.bytes);
      yield* release(...largest!);
    }
  }
  signal.throwIfAborted();
  for (const [partition, wait] of [...waiting]) {
    yield* release(partition, wait);
  }
}
