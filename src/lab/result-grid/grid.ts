import { PanelLayout, Widget } from '@lumino/widgets';
import { CellViewer } from './cell-viewer';
import { ColumnLayout, isNumeric } from './column-layout';
import { copyRange } from './copy-range';
import { GridHeader } from './grid-header';
import { type GridIntent, intentOf } from './grid-keys';
import { cellId, GridRow, type RowScene } from './grid-row';
import { followPointer } from './pointer-drag';
import { type ResultModel } from './result-model';
import { at, type Cell, everything, type GridSize, moved, rangeOf, type Selection } from './selection';
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

const ROW_PX = 24;
const HEADER_PX = 40;
const GUTTER_DIGIT_PX = 8;
const GUTTER_PADDING_PX = 18;
/** Rows whose texts set the widths of the columns. */
const SAMPLED_ROWS = 100;

let grids = 0;

/** A grid of rows of which only those on show exist in the page. */
export class ResultGrid extends Widget {
  private readonly gridId = `jp-replica-grid-${++grids}`;
  private readonly scroller = document.createElement('div');
  private readonly layer = document.createElement('div');
  private readonly sizer = document.createElement('div');
  private readonly viewer = new CellViewer(() => this.scroller.focus());
  private readonly columns: ColumnLayout;
  private readonly header: GridHeader;
  private readonly rows: GridRow[] = [];
  private readonly closed = new AbortController();
  private isFitted = false;
  private selection: Selection | null = null;
  /** The pixel of all rows that stands at the top of the view. */
  private top = 0;

  constructor(private readonly model: ResultModel) {
    super();
    this.addClass('jp-ReplicaGrid');
    this.columns = new ColumnLayout(model.fields);
    this.header = new GridHeader(model.fields, this.columns, () => this.render());
    this.scroller.className = 'jp-ReplicaGrid-scroller';
    this.scroller.tabIndex = 0;
    this.scroller.setAttribute('role', 'grid');
    this.scroller.setAttribute('aria-label', 'Result');
    this.scroller.setAttribute('aria-multiselectable', 'true');
    this.scroller.setAttribute('aria-readonly', 'true');
    this.layer.className = 'jp-ReplicaGrid-rows';
    this.layer.setAttribute('role', 'rowgroup');
    this.scroller.append(this.header.node, this.layer, this.sizer);
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(new Widget({ node: this.scroller }));
    layout.addWidget(this.viewer);
    model.changed.connect(() => this.update(), this);
    this.listen();
  }

  /** Puts the keyboard into the grid. */
  focus(): void {
    this.scroller.focus();
  }

  /** Closes the cell viewer if the keyboard is in it; false if it is not. */
  closeViewer(): boolean {
    const isInIt = this.viewer.node.contains(document.activeElement);
    if (isInIt) this.viewer.close();
    return isInIt;
  }

  override dispose(): void {
    this.closed.abort();
    super.dispose();
  }

  protected override onAfterAttach(): void {
    this.update();
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onResize(): void {
    this.update();
  }

  protected override onUpdateRequest(): void {
    this.render();
  }

  private listen(): void {
    const { scroller } = this;
    scroller.addEventListener('scroll', () => this.scrolled());
    scroller.addEventListener('wheel', event => this.wheeled(event), { passive: false });
    scroller.addEventListener('keydown', event => this.pressed(event));
    scroller.addEventListener('focus', () => this.entered());
    scroller.addEventListener('dblclick', () => this.perform({ kind: 'view' }));
    this.layer.addEventListener('pointerdown', event => this.startSelecting(event));
  }

  private get viewport(): Viewport {
    const height = Math.max(ROW_PX, this.scroller.clientHeight - HEADER_PX);
    return { rowCount: this.model.rowCount, rowHeight: ROW_PX, height };
  }

  private get size(): GridSize {
    const pageRows = Math.max(1, Math.floor(this.viewport.height / ROW_PX) - 1);
    return { rows: this.model.rowCount, columns: this.columns.count, pageRows };
  }

  private get gutterPx(): number {
    return String(this.model.rowCount).length * GUTTER_DIGIT_PX + GUTTER_PADDING_PX;
  }

  private render(): void {
    const { viewport, model, columns, scroller } = this;
    this.top = clampTop(this.top, viewport);
    const { first, end } = rowsAt(this.top, viewport);
    model.show(first, end);
    this.fitColumns();
    this.widenNumbers(first, end);
    this.sizer.style.height = `${scrollHeight(viewport)}px`;
    this.sizer.style.width = `${this.gutterPx + columns.fullWidth}px`;
    scroller.setAttribute('aria-rowcount', String(model.rowCount + 1));
    scroller.setAttribute('aria-colcount', String(columns.count + 1));
    this.header.place(this.gutterPx);
    this.showRows(first, end, this.scene());
    this.markActive(first, end);
  }

  private scene(): RowScene {
    const { scrollLeft, clientWidth } = this.scroller;
    const { first, end } = this.columns.visible(scrollLeft, clientWidth);
    return {
      gridId: this.gridId,
      fields: this.model.fields,
      layout: this.columns,
      gutterPx: this.gutterPx,
      firstColumn: first,
      endColumn: end,
      range: this.selection && rangeOf(this.selection),
      active: this.selection?.active ?? null,
      value: (row, column) => this.model.value(row, column)
    };
  }

  private showRows(first: number, end: number, scene: RowScene): void {
    const wanted = Math.max(0, end - first);
    while (this.rows.length < wanted) {
      const row = new GridRow();
      this.layer.append(row.node);
      this.rows.push(row);
    }
    this.rows.splice(wanted).forEach(row => row.node.remove());
    this.rows.forEach((row, index) => row.show(first + index, (first + index) * ROW_PX - this.top, scene));
  }

  private markActive(first: number, end: number): void {
    const active = this.selection?.active;
    if (active && active.row >= first && active.row < end) {
      this.scroller.setAttribute('aria-activedescendant', cellId(this.gridId, active));
    } else {
      this.scroller.removeAttribute('aria-activedescendant');
    }
  }

  private fitColumns(): void {
    const { model } = this;
    if (this.isFitted || model.rowCount === 0 || model.value(0, 0) === undefined) {
      return;
    }
    this.isFitted = true;
    const sampled = Array.from({ length: Math.min(SAMPLED_ROWS, model.rowCount) }, (_, row) => row);
    this.columns.fit(column => sampled.map(row => model.value(row, column) ?? 'NULL'));
  }

  /** A number that is cut reads as another number. */
  private widenNumbers(first: number, end: number): void {
    this.model.fields.forEach(({ type }, column) => {
      for (let row = first; isNumeric(type) && row < end; row += 1) {
        this.columns.widen(column, this.model.value(row, column) ?? '');
      }
    });
  }

  private scrolled(): void {
    const { viewport, scroller } = this;
    // Setting scrollTop comes back as an event, rounded; in a scaled grid that would move the rows.
    if (Math.abs(scroller.scrollTop - scrollTopFor(this.top, viewport)) >= 1) {
      this.top = topAt(scroller.scrollTop, viewport);
    }
    this.render();
  }

  private wheeled(event: WheelEvent): void {
    if (isScaled(this.viewport) && event.deltaY !== 0 && !event.ctrlKey) {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_PX : 1;
      this.scrollTo(this.top + event.deltaY * unit);
    }
  }

  private scrollTo(top: number): void {
    this.top = clampTop(top, this.viewport);
    this.scroller.scrollTop = scrollTopFor(this.top, this.viewport);
    this.render();
  }

  private entered(): void {
    if (!this.selection && this.model.rowCount > 0) {
      this.select(at({ row: Math.ceil(this.top / ROW_PX), column: 0 }));
    }
  }

  private pressed(event: KeyboardEvent): void {
    const intent = intentOf(event);
    if (intent && this.model.rowCount > 0) {
      event.preventDefault();
      event.stopPropagation();
      this.perform(intent);
    }
  }

  private perform(intent: GridIntent): void {
    const selection = this.selection ?? at({ row: 0, column: 0 });
    const { row, column } = selection.active;
    switch (intent.kind) {
      case 'move':
        return this.reveal(moved(selection, intent.move, this.size, intent.extend));
      case 'select-all':
        return this.select(everything(this.size));
      case 'resize':
        this.columns.resize(column, this.columns.width(column) + intent.byPx);
        return this.render();
      case 'copy':
        return void copyRange(this.model, rangeOf(selection), this.closed.signal);
      case 'view':
        return this.viewer.view(this.model.fields[column]!, row, this.model.value(row, column));
    }
  }

  private select(selection: Selection): void {
    this.selection = selection;
    const { row, column } = selection.active;
    if (this.viewer.isVisible) {
      this.viewer.view(this.model.fields[column]!, row, this.model.value(row, column));
    }
    this.render();
  }

  private reveal(selection: Selection): void {
    const { row, column } = selection.active;
    const { scroller, columns } = this;
    const left = columns.left(column);
    const seen = scroller.clientWidth - this.gutterPx;
    if (left < scroller.scrollLeft || columns.width(column) > seen) {
      scroller.scrollLeft = left;
    } else if (left + columns.width(column) > scroller.scrollLeft + seen) {
      scroller.scrollLeft = left + columns.width(column) - seen;
    }
    this.scrollTo(topThatShows(row, this.top, this.viewport));
    this.select(selection);
  }

  private startSelecting(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    const cell = this.cellAt(event);
    this.select(event.shiftKey && this.selection ? { ...this.selection, active: cell } : at(cell));
    followPointer(move => {
      if (this.selection) this.reveal({ ...this.selection, active: this.cellAt(move) });
    });
  }

  private cellAt({ clientX, clientY }: MouseEvent): Cell {
    const box = this.scroller.getBoundingClientRect();
    const row = Math.floor((clientY - box.top - HEADER_PX + this.top) / ROW_PX);
    const column = this.columns.columnAt(clientX - box.left - this.gutterPx + this.scroller.scrollLeft);
    return { row: Math.max(0, Math.min(row, this.model.rowCount - 1)), column };
  }
}
