import { textOf } from '../../cells/cell-text';
import { csvLine } from '../../cells/delimited-text';
import { gatherPage } from './encode-page';
import { type RowRange, rangeLength, rowsByBatch } from './row-range';
import { type StoredResult } from './stored-result';

/** Of cells that are in memory at a time. */
const PART_BYTES = 4 * 2 ** 20;

export interface CsvPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Rows of the range that are in it. */
  readonly rows: number;
}

/** Lines of CSV for the rows of the range from its first on that fit into a part; one row always does. */
export function csvPart(result: StoredResult, range: RowRange, columns: readonly number[]): CsvPart {
  const shape = { schema: result.schema, columns, cut: null, pageBytes: PART_BYTES };
  const page = gatherPage(shape, rangeLength(result, range), rowsByBatch(result, range));
  const texts = page.columns.map(data => textOf(data));
  const lines: string[] = [];
  for (let row = 0; row < page.rows; row++) {
    lines.push(csvLine(texts.map(text => text(row))));
  }
  const text = lines.length > 0 ? `${lines.join('\n')}\n` : '';
  return { bytes: new TextEncoder().encode(text), rows: page.rows };
}
