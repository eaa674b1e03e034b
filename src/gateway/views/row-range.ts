import type { SpoolBatch } from '../results/spool';
import { type PageRows } from './encode-page';
import { type StoredResult } from './stored-result';

/** Rows `first` up to `first + count` of a view, whose order is `order`, or without one of the result. */
export interface RowRange {
  readonly order: Uint32Array | null;
  readonly first: number;
  readonly count: number;
}

/** How many rows of the range there are. */
export function rangeLength({ batches }: StoredResult, { order, first, count }: RowRange): number {
  const last = batches.at(-1);
  const all = order?.length ?? (last ? last.firstRow + last.rows : 0);
  return Math.max(0, Math.min(count, all - first));
}

/** The rows of the range by the batch in which they are stored, in the order of the file. */
export function rowsByBatch(result: StoredResult, range: RowRange): PageRows[] {
  const length = rangeLength(result, range);
  const groups = new Map<SpoolBatch, { rows: number[]; places: number[] }>();
  const rowAt = (place: number) => range.order?.[range.first + place] ?? range.first + place;
  const places = Uint32Array.from({ length }, (_, place) => place);
  if (range.order) {
    places.sort((one, other) => rowAt(one) - rowAt(other));
  }
  let batch: SpoolBatch | undefined;
  for (const place of places) {
    const row = rowAt(place);
    if (!batch || row < batch.firstRow || row >= batch.firstRow + batch.rows) {
      batch = batchOf(result.batches, row);
    }
    const group = groups.get(batch) ?? { rows: [], places: [] };
    groups.set(batch, group);
    group.rows.push(row - batch.firstRow);
    group.places.push(place);
  }
  return [...groups].map(([stored, picked]) => ({ stored: result.columns(stored), ...picked }));
}

function batchOf(batches: readonly SpoolBatch[], row: number): SpoolBatch {
  let [low, high] = [0, batches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (batches[middle]!.firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return batches[low]!;
}
