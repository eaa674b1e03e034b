import { type Ordering, type ViewRequest } from '../../contract/view';
import { GatewayError } from '../gateway-error';
import { columnData } from './column-data';
import { noColumn } from './no-column';
import { orderingOf } from './ordering';
import { filterTest } from './row-filter';
import { SortColumn } from './sort-column';
import { type StoredResult } from './stored-result';

/** A view takes 12 bytes a row while it is made, and up to 21 for each column it is sorted by. */
const MOST_VIEW_ROWS = 25_000_000;
/** For texts beyond their first eight bytes, over all sorted columns. */
const REST_BYTES = 256 * 2 ** 20;

export interface MadeView {
  /** Numbers of the result's rows in the order of the view, in memory that threads share. */
  readonly rows: Uint32Array<SharedArrayBuffer>;
  readonly orderings: readonly Ordering[];
}

/** Reads a stored result once, batch by batch, and keeps of it what the order and the choice of rows need. */
export function makeView(result: StoredResult, { sort, filters }: ViewRequest): MadeView {
  const { schema, batches } = result;
  const last = batches.at(-1);
  const count = last ? last.firstRow + last.rows : 0;
  if (count > MOST_VIEW_ROWS) {
    throw new GatewayError('result-too-large', `${count} rows are too many to be sorted or filtered here.`, {
      action: 'Put ORDER BY or WHERE into the statement: the server can do it.'
    });
  }
  const fieldOf = (column: number) => schema.fields[column] ?? noColumn(column);
  const kept = new Uint32Array(count);
  const keys = sort.map(({ column, descending }) => ({
    column,
    descending,
    cells: new SortColumn(fieldOf(column), count, REST_BYTES / sort.length)
  }));
  let rows = 0;
  for (const batch of batches) {
    const stored = result.columns(batch);
    const dataOf = onceEach((column: number) => columnData(stored[column]!));
    const tests = filters.map(filter => filterTest(fieldOf(filter.column), filter, dataOf(filter.column)));
    const add = keys.map(({ column, cells }) => cells.adding(dataOf(column)));
    for (let index = 0; index < batch.rows; index++) {
      if (tests.every(test => test(index))) {
        kept[rows] = batch.firstRow + index;
        add.forEach(one => one(index, rows));
        rows++;
      }
    }
  }
  let order = new Uint32Array(rows).map((_, row) => row);
  for (const { cells, descending } of [...keys].reverse()) {
    order = new Uint32Array(cells.sort(order, descending));
  }
  const shared = new Uint32Array(new SharedArrayBuffer(4 * rows));
  order.forEach((row, place) => (shared[place] = kept[row]!));
  return { rows: shared, orderings: sort.map(({ column }) => orderingOf(fieldOf(column))) };
}

function onceEach<T>(make: (column: number) => T): (column: number) => T {
  const made = new Map<number, T>();
  return column => {
    const known = made.get(column) ?? make(column);
    made.set(column, known);
    return known;
  };
}
