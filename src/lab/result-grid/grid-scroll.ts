import {
  clampTop,
  isScaled,
  rowsAt,
  scrollHeight,
  scrollTopFor,
  topAt,
  topThatShows,
  type Viewport
} from './viewport';

export const ROW_PX = 24;

/** Which part of all rows a scrolled element shows. */
export class GridScroll {
  private rowCount = 0;
  /** The pixel of all rows that stands at the top of the view. */
  private topPx = 0;

  /** `moved` is called when other rows are to be shown. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly sizer: HTMLElement,
    private readonly headerPx: number,
    private readonly moved: () => void
  ) {
    scroller.addEventListener('scroll', () => this.scrolled());
    scroller.addEventListener('wheel', event => this.wheeled(event), { passive: false });
  }

  get top(): number {
    return this.topPx;
  }

  get viewport(): Viewport {
    const height = Math.max(ROW_PX, this.scroller.clientHeight - this.headerPx);
    return { rowCount: this.rowCount, rowHeight: ROW_PX, height };
  }

  /** Rows that are seen, also in part: from `first` up to but without `end`. */
  get rows(): { readonly first: number; readonly end: number } {
    return rowsAt(this.topPx, this.viewport);
  }

  /** The first row that is seen whole. */
  get firstRow(): number {
    return Math.max(0, Math.min(Math.ceil(this.topPx / ROW_PX), this.rowCount - 1));
  }

  measure(rowCount: number, width: number): void {
    this.rowCount = rowCount;
    this.topPx = clampTop(this.topPx, this.viewport);
    this.sizer.style.height = `${scrollHeight(this.viewport)}px`;
    this.sizer.style.width = `${width}px`;
  }

  /** Shows rows from the first on again. */
  reset(): void {
    this.topPx = 0;
    this.scroller.scrollTop = 0;
  }

  /** The row at a distance from the upper edge of the header. */
  rowAt(y: number): number {
    const row = Math.floor((y - this.headerPx + this.topPx) / ROW_PX);
    return Math.max(0, Math.min(row, this.rowCount - 1));
  }

  showRow(row: number): void {
    this.scrollTo(topThatShows(row, this.topPx, this.viewport));
  }

  /** `before` is the width of what does not scroll beside the row numbers. */
  showColumn(
    left: number,
    width: number,
    {
      isFrozen,
      before,
      gutterPx
    }: { readonly isFrozen: boolean; readonly before: number; readonly gutterPx: number }
  ): void {
    const { scroller } = this;
    const seen = scroller.clientWidth - gutterPx;
    if (isFrozen) {
      return;
    }
    if (left - before < scroller.scrollLeft || width > seen - before) {
      scroller.scrollLeft = left - before;
    } else if (left + width > scroller.scrollLeft + seen) {
      scroller.scrollLeft = left + width - seen;
    }
  }

  private scrollTo(top: number): void {
    this.topPx = clampTop(top, this.viewport);
    this.scroller.scrollTop = scrollTopFor(this.topPx, this.viewport);
    this.moved();
  }

  private scrolled(): void {
    const { viewport, scroller } = this;
    // Setting scrollTop comes back as an event, rounded; in a scaled grid that would move the rows.
    if (Math.abs(scroller.scrollTop - scrollTopFor(this.topPx, viewport)) >= 1) {
      this.topPx = topAt(scroller.scrollTop, viewport);
    }
    this.moved();
  }

  private wheeled(event: WheelEvent): void {
    if (isScaled(this.viewport) && event.deltaY !== 0 && !event.ctrlKey) {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_PX : 1;
      this.scrollTo(this.topPx + event.deltaY * unit);
    }
  }
}
