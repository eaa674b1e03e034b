import type { RecordBatch, Schema } from 'apache-arrow';
import { cellText, type CellText } from './cell-text';

/** RFC 4180 ends lines so. */
const END_OF_LINE = '\r\n';
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** The names of the columns as the first record. */
export function csvHeader(schema: Schema): string {
  return schema.fields.map(({ name }) => field(name)).join(',') + END_OF_LINE;
}

/** A record for each row, without header. NULL is nothing between the commas, an empty text is "" */
export function csvRows(batch: RecordBatch): string {
  const columns = batch.data.children.map(cellText);
  let text = '';
  for (let row = 0; row < batch.numRows; row++) {
    text += record(columns, row);
  }
  return text;
}

function record(columns: readonly CellText[], row: number): string {
  let line = '';
  columns.forEach((cell, column) => {
    const text = cell(row);
    line += (column > 0 ? ',' : '') + (text === null ? '' : field(text));
  });
  return line + END_OF_LINE;
}

function field(text: string): string {
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
