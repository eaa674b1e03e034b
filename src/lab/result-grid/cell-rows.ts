import { type Data, type Table } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';

/** `undefined` is a value that has not arrived yet. */
export type CellValue = string | null | undefined;

/** The column data and the index within it that hold a row of a page. */
export function cellIn(
  page: Table,
  row: number,
  column: number
): { readonly data: Data; readonly index: number } | null {
  let index = row;
  for (const batch of page.batches) {
    if (index < batch.numRows) {
      const data = batch.data.children[column];
      return data ? { data, index } : null;
    }
    index -= batch.numRows;
  }
  return null;
}

/** The texts of all rows of a page. */
export function* rowTexts(page: Table): Generator<(string | null)[]> {
  for (const batch of page.batches) {
    const texts = batch.data.children.map(data => textOf(data));
    for (let row = 0; row < batch.numRows; row += 1) {
      yield texts.map(text => text(row));
    }
  }
}
