import { Int32, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { type Field } from '../../../src/contract/query';
import { type ResultSource } from '../../../src/lab/result-grid/result-source';

export const FIELDS: readonly Field[] = [
  { name: 'id', type: 'integer', arrow: 'int32' },
  { name: 'word', type: 'text', arrow: 'utf8' }
];

const wordOf = (row: number): string | null => (row % 10 === 3 ? null : `word ${row}`);

/** Rows of a result whose row n is (n, "word n"), every tenth word NULL, as the gateway sends them. */
export function rowsOf(offset: number, count: number): Table {
  const numbers = Array.from({ length: count }, (_, index) => offset + index);
  const table = new Table({
    id: vectorFromArray(numbers, new Int32()),
    word: vectorFromArray(numbers.map(wordOf), new Utf8())
  });
  return tableFromIPC(tableToIPC(table));
}

/** A result in which nothing but its rows is asked for. */
export function sourceOf(rows: ResultSource['rows'], more: Partial<ResultSource> = {}): ResultSource {
  const never = () => new Promise<never>(() => undefined);
  return { rows, arrange: never, summarize: never, profile: never, csvUrl: () => '', ...more };
}

/** The columns of a table that a page asks for. */
export function columnsOf(table: Table, columns: readonly number[] = []): Table {
  return columns.length === 0 ? table : table.selectAt([...columns]);
}
