import { type ColumnLayout, isNumeric } from './column-layout';
import { type ResultModel } from './result-model';

/** Rows whose texts set the width of a column. */
const SAMPLED_ROWS = 100;

/**
 * Gives columns their width when their first cells on show are there, and widens those of numbers: a number that is cut
 * reads as another one. Rows from `first` up to but without `end` are on show. True when a width has changed.
 */
export function fitColumns(
  model: ResultModel,
  layout: ColumnLayout,
  columns: readonly number[],
  first: number,
  end: number
): boolean {
  const before = layout.fullWidth;
  for (const column of columns) {
    if (!layout.isFitted(column) && end > first && model.value(first, column) !== undefined) {
      const sampled = Math.min(SAMPLED_ROWS, model.rowCount - first);
      const rows = Array.from({ length: sampled }, (_, index) => first + index);
      layout.fit(
        column,
        rows.map(row => model.value(row, column) ?? 'NULL')
      );
    }
    if (isNumeric(model.fields[column]!.type)) {
      for (let row = first; row < end; row += 1) {
        layout.widen(column, model.value(row, column) ?? '');
      }
    }
  }
  return layout.fullWidth !== before;
}
