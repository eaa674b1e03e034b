import { Notification } from '@jupyterlab/apputils';
import { errorBodyOf } from '../gateway-client/failure';
import { type ResultModel } from './result-model';

/** Downloads all rows of some columns as CSV, as they are sorted and filtered. Says so where they cannot be had. */
export async function downloadCsv(
  model: ResultModel,
  columns: readonly number[],
  signal: AbortSignal
): Promise<void> {
  const { source, arrangement } = model;
  const { viewId } = arrangement;
  try {
    // A browser tells nobody why a download failed, so one row is asked for before.
    await source.rows(0, 1, { columns: columns.slice(0, 1), isCut: true, viewId }, signal);
  } catch (error) {
    if (!signal.aborted) {
      const { code, message, action } = errorBodyOf(error);
      const isOrderGone = code === 'result-expired' && arrangement.renew();
      const words = isOrderGone
        ? 'The rows are sorted and filtered anew first. Download them once they are there.'
        : `${message} ${action ?? ''}`;
      Notification.error(`Nothing was downloaded. ${words}`.trim());
    }
    return;
  }
  const link = document.createElement('a');
  link.href = source.csvUrl({ columns, viewId });
  link.download = '';
  link.click();
}
