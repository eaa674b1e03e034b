import { batchMemory, grown } from './batch-memory';

/** Of a builder that holds no rows. */
export const NO_OFFSETS = new Int32Array(1);

/** Where `offsets`, which tells of `rows` rows, can tell of `wanted` rows: itself, or in more memory. */
export function roomForOffsets(
  offsets: Int32Array<ArrayBuffer>,
  rows: number,
  wanted: number
): Int32Array<ArrayBuffer> {
  if (wanted < offsets.length) {
    return offsets;
  }
  const bytes = Int32Array.BYTES_PER_ELEMENT * (wanted + 1);
  if (offsets !== NO_OFFSETS) {
    return new Int32Array(grown(offsets.buffer, Int32Array.BYTES_PER_ELEMENT * (rows + 1), bytes));
  }
  const first = new Int32Array(batchMemory.take(bytes));
  first[0] = 0;
  return first;
}
