import { Notification } from '@jupyterlab/apputils';
import { errorBodyOf } from '../gateway-client/failure';
import { exactCount } from '../human-numbers';
import { type ResultModel } from './result-model';
import { type CellRange } from './selection';
import { offerToClipboard } from './system-clipboard';

const MOST_CELLS = 500_000;

/** Copies cells as tab-separated text; reads those first that are not on show. */
export async function copyRange(model: ResultModel, range: CellRange, signal: AbortSignal): Promise<void> {
  const rows = range.lastRow - range.firstRow + 1;
  const cells = rows * (range.lastColumn - range.firstColumn + 1);
  if (cells > MOST_CELLS) {
    Notification.warning(
      `${exactCount(cells)} cells are too many for the clipboard. Make a DataFrame of the result, or export it.`
    );
    return;
  }
  const text = copied(model, range, signal);
  const taken = offerToClipboard(text);
  try {
    await text;
  } catch (error) {
    if (!signal.aborted) {
      const { message, action } = errorBodyOf(error);
      Notification.error(`Nothing was copied. ${message} ${action ?? ''}`);
    }
    return;
  }
  if (!(await taken)) {
    Notification.error(
      'Nothing was copied: the browser gave the clipboard only for a moment. Press the keys again, or select fewer cells.'
    );
  }
}

/** One cell is copied as it is, a larger range with the quotes that keep it apart. */
async function copied(model: ResultModel, range: CellRange, signal: AbortSignal): Promise<string> {
  const isOneCell = range.firstRow === range.lastRow && range.firstColumn === range.lastColumn;
  const value = isOneCell ? model.value(range.firstRow, range.firstColumn) : undefined;
  return value === undefined ? model.tabSeparated(range, signal) : (value ?? '');
}
