import { type IDisposable } from '@lumino/disposable';
import { type Summary } from '../../contract/view';
import { type ColumnLayout } from './column-layout';
import { type ResultModel } from './result-model';
import { type CellRange } from './selection';

/** A selection that is still being made is not counted. */
const SETTLED_MS = 150;

/** Counts and sums what is selected, once the selection rests. */
export class SelectionSummary implements IDisposable {
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = '';

  constructor(
    private readonly model: ResultModel,
    private readonly tell: (summary: Summary | 'counting' | null) => void
  ) {}

  get isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  /** The columns of a range that are not hidden. */
  columnsOf({ firstColumn, lastColumn }: CellRange, layout: ColumnLayout): readonly number[] {
    return Array.from({ length: lastColumn + 1 - firstColumn }, (_, index) => firstColumn + index).filter(
      column => !layout.isHidden(column)
    );
  }

  of(range: CellRange | null, layout: ColumnLayout): void {
    const key = JSON.stringify(range);
    if (key === this.shown) {
      return;
    }
    this.shown = key;
    this.abort.abort();
    clearTimeout(this.timer);
    const columns = range ? this.columnsOf(range, layout) : [];
    const rows = range ? range.lastRow + 1 - range.firstRow : 0;
    if (!range || rows * columns.length < 2) {
      this.tell(null);
      return;
    }
    const { signal } = (this.abort = new AbortController());
    this.timer = setTimeout(() => {
      this.tell('counting');
      this.model.summarize(range.firstRow, rows, columns, signal).then(
        summary => signal.aborted || this.tell(summary),
        () => signal.aborted || this.tell(null)
      );
    }, SETTLED_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }
}
