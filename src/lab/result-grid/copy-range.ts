import { Notification } from '@jupyterlab/apputils';
import { errorBodyOf } from '../gateway-client/failure';
import { exactCount } from '../human-numbers';
import { COPY_FORMATS, type CopyFormatName } from './copy-format';
import { type ResultModel } from './result-model';
import { offerToClipboard } from './system-clipboard';

const MOST_CELLS = 2_000_000;
/** More than a browser puts on a clipboard without stalling. */
const MOST_CHARACTERS = 200_000_000;

/** Rows `firstRow` … `lastRow`, both included, in some columns. */
export interface CopiedCells {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly columns: readonly number[];
}

/** Copies cells as text; reads those in full that are not on show. */
export async function copyRange(
  model: ResultModel,
  cells: CopiedCells,
  format: CopyFormatName,
  signal: AbortSignal
): Promise<void> {
  const count = (cells.lastRow - cells.firstRow + 1) * cells.columns.length;
  if (count > MOST_CELLS) {
    Notification.warning(
      `${exactCount(count)} cells are too many for the clipboard. Download them as CSV, make a DataFrame of the result, or export it.`
    );
    return;
  }
  const text = copied(model, cells, format, signal);
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
async function copied(
  model: ResultModel,
  { firstRow, lastRow, columns }: CopiedCells,
  format: CopyFormatName,
  signal: AbortSignal
): Promise<string> {
  const [column] = columns;
  if (format === 'tsv' && firstRow === lastRow && columns.length === 1 && column !== undefined) {
    const value = model.isCut(firstRow, column) ? undefined : model.value(firstRow, column);
    return (value === undefined ? await model.whole(firstRow, column, signal) : value) ?? '';
  }
  const { header, row, footer } = COPY_FORMATS[format];
  const fields = columns.map(one => model.fields[one]!);
  const lines = [...header(fields)];
  let characters = 0;
  for await (const texts of model.texts(firstRow, lastRow, columns, signal)) {
    const line = row(texts, fields);
    characters += line.length;
    if (characters > MOST_CHARACTERS) {
      throw new Error('The cells have more text than the clipboard takes');
    }
    lines.push(line);
  }
  return [...lines, ...footer()].join('\n');
}
