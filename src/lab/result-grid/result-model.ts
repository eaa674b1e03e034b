import { type Table } from 'apache-arrow';
import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type ErrorBody } from '../../contract/errors';
import { type Field } from '../../contract/query';
import { errorBodyOf } from '../gateway-client/failure';
import { cellText } from './format';
import { PAGE_ROWS, PageCache, type ReadRows } from './page-cache';
import { type CellRange } from './selection';

/** Rows that one request of a copy asks for. */
const COPIED_ROWS = 10_000;

/** `undefined` is a value that has not arrived yet. */
export type CellValue = string | null | undefined;

/** The rows of one result that may still grow. Knows nothing of the page it is shown on. */
export class ResultModel implements IDisposable {
  private readonly cache: PageCache;
  private readonly changedSignal = new Signal<this, void>(this);
  private rows = 0;
  private readFailure: ErrorBody | null = null;
  private disposed = false;

  constructor(
    readonly fields: readonly Field[],
    private readonly read: ReadRows
  ) {
    this.cache = new PageCache(
      read,
      () => this.changedSignal.emit(),
      error => this.fail(error)
    );
  }

  /** Emitted when there are more rows, when wanted rows have arrived, and when reading them failed. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Rows that can be read by now. */
  get rowCount(): number {
    return this.rows;
  }

  /** Why rows could not be read; nothing more is read until `retry`. */
  get failure(): ErrorBody | null {
    return this.readFailure;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  grow(rowCount: number): void {
    if (rowCount !== this.rows) {
      this.rows = rowCount;
      this.changedSignal.emit();
    }
  }

  /** Says which rows are on show: from `first` up to but without `end`. */
  show(first: number, end: number): void {
    if (!this.readFailure && end > first) {
      this.cache.want(pageOf(first), pageOf(end - 1), this.rows, end);
    }
  }

  value(row: number, column: number): CellValue {
    const page = this.cache.page(pageOf(row));
    return page && valueIn(page, row % PAGE_ROWS, column);
  }

  /** The cells of a range, a line a row and a tab between columns; NULL is an empty cell. */
  async tabSeparated(range: CellRange, signal: AbortSignal): Promise<string> {
    const lines: string[] = [];
    let row = range.firstRow;
    while (row <= range.lastRow) {
      const count = Math.min(COPIED_ROWS, range.lastRow + 1 - row);
      const page = await this.read(row, count, signal);
      if (page.numRows === 0) {
        throw new Error(`no rows came from row ${row + 1} on, where ${count} exist`);
      }
      row += page.numRows;
      for (let index = 0; index < page.numRows; index += 1) {
        const cells: string[] = [];
        for (let column = range.firstColumn; column <= range.lastColumn; column += 1) {
          cells.push(tabSafe(valueIn(page, index, column) ?? ''));
        }
        lines.push(cells.join('\t'));
      }
    }
    return lines.join('\n');
  }

  retry(): void {
    this.readFailure = null;
    this.changedSignal.emit();
  }

  dispose(): void {
    this.disposed = true;
    this.cache.dispose();
    Signal.clearData(this);
  }

  private fail(error: unknown): void {
    this.readFailure = errorBodyOf(error);
    this.changedSignal.emit();
  }
}

const pageOf = (row: number): number => Math.floor(row / PAGE_ROWS);

function valueIn(page: Table, row: number, column: number): CellValue {
  let index = row;
  for (const batch of page.batches) {
    if (index < batch.numRows) {
      const data = batch.data.children[column];
      return data && cellText(data, index);
    }
    index -= batch.numRows;
  }
  return undefined;
}

/** A cell with a tab, a line end or a quote stands in quotes, as spreadsheets read it. */
function tabSafe(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
