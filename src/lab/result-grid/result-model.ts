import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { cellText } from '../../cells/cell-text';
import { isCut } from '../../cells/cut';
import { type ErrorBody } from '../../contract/errors';
import { type Field } from '../../contract/query';
import { type Summary } from '../../contract/view';
import { errorBodyOf } from '../gateway-client/failure';
import { Arrangement } from './arrangement';
import { cellIn, type CellValue, rowTexts } from './cell-rows';
import { ColumnBlocks } from './column-blocks';
import { ColumnProfiles } from './column-profiles';
import { PAGE_ROWS, PageCache } from './page-cache';
import { type ResultSource } from './result-source';

/** Rows that one request of a copy asks for. */
const COPIED_ROWS = 10_000;

/** Rows and columns from the first up to but without the end. */
export interface CellWindow {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

/** The rows of one result that may still grow, in the order asked for. Knows nothing of the page it is shown on. */
export class ResultModel implements IDisposable {
  readonly arrangement: Arrangement;
  readonly profiles: ColumnProfiles;
  private readonly cache: PageCache;
  private readonly blocks: ColumnBlocks;
  private readonly changedSignal = new Signal<this, void>(this);
  private rows = 0;
  private isWhole = false;
  private isLimited = false;
  private readFailure: ErrorBody | null = null;
  private disposed = false;

  constructor(
    readonly fields: readonly Field[],
    readonly source: ResultSource
  ) {
    this.blocks = new ColumnBlocks(fields.length);
    this.arrangement = new Arrangement(source, () => this.arranged());
    this.profiles = new ColumnProfiles(source, () => this.changedSignal.emit());
    this.cache = new PageCache(
      (block, offset, limit, signal) => {
        const { viewId } = this.arrangement;
        return source.rows(
          offset,
          limit,
          { columns: this.blocks.columns(block), isCut: true, viewId },
          signal
        );
      },
      () => this.changedSignal.emit(),
      error => this.fail(error)
    );
  }

  /** Emitted when there are more rows or others, when wanted rows have arrived, and when reading them failed. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Rows that can be shown by now. */
  get rowCount(): number {
    return this.arrangement.view?.rows ?? this.rows;
  }

  /** Rows that can be read by now, those that a filter leaves out included. */
  get allRows(): number {
    return this.rows;
  }

  /** Whether no more rows come. */
  get isComplete(): boolean {
    return this.isWhole;
  }

  /** Whether the statement has more rows than were read. */
  get isTruncated(): boolean {
    return this.isLimited;
  }

  /** Why rows could not be read; nothing more is read until `retry`. */
  get failure(): ErrorBody | null {
    return this.readFailure;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  grow(rowCount: number, isComplete = false, isTruncated = false): void {
    if (rowCount !== this.rows || isComplete !== this.isWhole) {
      this.rows = rowCount;
      this.isWhole = isComplete;
      this.isLimited = isTruncated;
      if (isComplete) this.arrangement.catchUp(rowCount);
      this.changedSignal.emit();
    }
  }

  /** Says which cells are on show. */
  show({ firstRow, endRow, firstColumn, endColumn }: CellWindow): void {
    if (!this.readFailure && endRow > firstRow && endColumn > firstColumn) {
      const span = {
        firstPage: pageOf(firstRow),
        lastPage: pageOf(endRow - 1),
        firstBlock: this.blocks.of(firstColumn),
        lastBlock: this.blocks.of(endColumn - 1)
      };
      this.cache.want(span, this.rowCount);
    }
  }

  /** A cell as the page has it; a long one may be cut. */
  value(row: number, column: number): CellValue {
    const cell = this.cell(row, column);
    return cell ? cellText(cell.data, cell.index) : undefined;
  }

  /** Whether a cell's value is only the beginning of it. */
  isCut(row: number, column: number): boolean {
    const cell = this.cell(row, column);
    return cell !== null && isCut(cell.data, cell.index);
  }

  /** A cell, however long. */
  async whole(row: number, column: number, signal: AbortSignal): Promise<string | null> {
    const { viewId } = this.arrangement;
    const page = await this.source.rows(row, 1, { columns: [column], viewId }, signal);
    const cell = cellIn(page, 0, 0);
    if (!cell) {
      throw new Error(`row ${row + 1} did not come`);
    }
    return cellText(cell.data, cell.index);
  }

  /** The texts of rows `first` … `last` in some columns, in full, read in parts. */
  async *texts(
    first: number,
    last: number,
    columns: readonly number[],
    signal: AbortSignal
  ): AsyncGenerator<(string | null)[]> {
    const { viewId } = this.arrangement;
    for (let row = first; row <= last;) {
      const count = Math.min(COPIED_ROWS, last + 1 - row);
      const page = await this.source.rows(row, count, { columns, viewId }, signal);
      if (page.numRows === 0) {
        throw new Error(`no rows came from row ${row + 1} on, where ${count} exist`);
      }
      yield* rowTexts(page);
      row += page.numRows;
    }
  }

  /** Counts and sums over rows `firstRow` up to `firstRow + rows`. */
  summarize(
    firstRow: number,
    rows: number,
    columns: readonly number[],
    signal: AbortSignal
  ): Promise<Summary> {
    return this.source.summarize({ viewId: this.arrangement.viewId, firstRow, rows, columns }, signal);
  }

  retry(): void {
    this.readFailure = null;
    this.changedSignal.emit();
  }

  dispose(): void {
    this.disposed = true;
    this.cache.clear();
    this.arrangement.dispose();
    this.profiles.dispose();
    Signal.clearData(this);
  }

  private cell(row: number, column: number) {
    const page = this.cache.page(pageOf(row), this.blocks.of(column));
    return page ? cellIn(page, row % PAGE_ROWS, this.blocks.within(column)) : null;
  }

  private arranged(): void {
    this.cache.clear();
    this.readFailure = null;
    this.changedSignal.emit();
  }

  private fail(error: unknown): void {
    const failure = errorBodyOf(error);
    // The gateway keeps orders for a while only; the result itself may still be there.
    if (failure.code === 'result-expired' && this.arrangement.renew()) {
      return;
    }
    this.readFailure = failure;
    this.changedSignal.emit();
  }
}

const pageOf = (row: number): number => Math.floor(row / PAGE_ROWS);
