import { PanelLayout, Widget } from '@lumino/widgets';
import { type View } from '../../contract/view';
import { CellViewer } from './cell-viewer';
import { fitColumns } from './column-fitting';
import { ColumnLayout } from './column-layout';
import { copyRange } from './copy-range';
import { type CopyFormatName } from './copy-format';
import { downloadCsv } from './download';
import { type GridContext, openCellMenu, openColumnMenu, openCopyMenu, openMenuOf } from './grid-context';
import { gridFrame } from './grid-frame';
import { GridHeader, HEADER_PX, headerId } from './grid-header';
import { type GridIntent, intentOf } from './grid-keys';
import { cellId, type RowScene } from './grid-row';
import { GridScroll, ROW_PX } from './grid-scroll';
import { GridStatus } from './grid-status';
import { selectByPointer } from './pointer-selection';
import { type ResultModel } from './result-model';
import { RowLayer } from './row-layer';
import {
  at,
  type Cell,
  everything,
  focusOf,
  type GridSize,
  HEADER_ROW,
  moved,
  rangeOf,
  type Selection,
  wholeColumns,
  wholeRows
} from './selection';
import { SelectionSummary } from './selection-summary';

const GUTTER_DIGIT_PX = 8;
const GUTTER_PADDING_PX = 18;

let grids = 0;

/** A grid of rows of which only the cells on show exist in the page. */
export class ResultGrid extends Widget {
  private readonly gridId = `jp-replica-grid-${++grids}`;
  private readonly scroller = document.createElement('div');
  private readonly layer = new RowLayer();
  private readonly viewer = new CellViewer(() => this.scroller.focus());
  private readonly columns: ColumnLayout;
  private readonly header: GridHeader;
  private readonly status: GridStatus;
  private readonly summary: SelectionSummary;
  private readonly scroll: GridScroll;
  private readonly closed = new AbortController();
  private selection: Selection | null = null;
  private shownView: View | null = null;

  constructor(private readonly model: ResultModel) {
    super();
    this.addClass('jp-ReplicaGrid');
    const { fields, profiles, arrangement } = model;
    this.columns = new ColumnLayout(fields);
    this.header = new GridHeader(fields, this.columns, profiles, arrangement, {
      resized: () => this.render(),
      selected: (column, extend) => this.selectColumn(column, extend),
      menu: (column, x, y) => openColumnMenu(this.context, column, x, y)
    });
    this.status = new GridStatus(model, {
      copyMenu: button => openCopyMenu(this.context, button),
      download: () => this.download(),
      revealColumns: () => {
        this.columns.revealAll();
        this.render();
      }
    });
    this.summary = new SelectionSummary(model, summary => this.status.showSummary(summary));
    const sizer = document.createElement('div');
    this.scroll = new GridScroll(this.scroller, sizer, HEADER_PX, () => this.render());
    this.build(sizer);
    model.changed.connect(() => this.update(), this);
    this.listen();
  }

  /** Puts the keyboard into the grid. */
  focus(): void {
    this.scroller.focus();
  }

  /** Closes the cell viewer if the keyboard is in it or in the grid beside it; false if there is none. */
  closeViewer(): boolean {
    const isOpen = this.viewer.isVisible && this.node.contains(document.activeElement);
    if (isOpen) this.viewer.close();
    return isOpen;
  }

  override dispose(): void {
    this.closed.abort();
    this.summary.dispose();
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

  private build(sizer: HTMLElement): void {
    const { header, layer, status } = this;
    const parts = { header: header.node, rows: layer.node, sizer, status: status.node };
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(new Widget({ node: gridFrame(this.scroller, parts) }));
    layout.addWidget(this.viewer);
  }

  private listen(): void {
    const { scroller } = this;
    const layer = this.layer.node;
    scroller.addEventListener('keydown', event => this.pressed(event));
    scroller.addEventListener('focus', () => this.entered());
    layer.addEventListener('dblclick', () => this.perform({ kind: 'view' }));
    layer.addEventListener('pointerdown', event => this.startSelecting(event));
    layer.addEventListener('contextmenu', event => {
      event.preventDefault();
      event.stopPropagation();
      if (this.selection) openCellMenu(this.context, focusOf(this.selection), event.clientX, event.clientY);
    });
  }

  private get context(): GridContext {
    return {
      model: this.model,
      layout: this.columns,
      copy: format => this.copy(format),
      view: cell => this.view(cell),
      changed: () => this.render(),
      focus: () => this.scroller.focus()
    };
  }

  private get size(): GridSize {
    const pageRows = Math.max(1, Math.floor(this.scroll.viewport.height / ROW_PX) - 1);
    return { rows: this.model.rowCount, columns: this.columns.count, pageRows };
  }

  private get gutterPx(): number {
    return String(this.model.rowCount).length * GUTTER_DIGIT_PX + GUTTER_PADDING_PX;
  }

  private render(): void {
    const { model, columns, scroller, scroll } = this;
    if (model.arrangement.view !== this.shownView) this.beginAgain();
    scroll.measure(model.rowCount, this.gutterPx + columns.fullWidth);
    const { first, end } = scroll.rows;
    const scene = this.scene();
    const [firstColumn = 0] = scene.columns;
    model.show({ firstRow: first, endRow: end, firstColumn, endColumn: (scene.columns.at(-1) ?? 0) + 1 });
    if (fitColumns(model, columns, scene.columns, first, end)) {
      scroll.measure(model.rowCount, this.gutterPx + columns.fullWidth);
    }
    if (model.isComplete && model.rowCount > 0) model.profiles.want(scene.columns);
    scroller.setAttribute('aria-rowcount', String(model.rowCount + 1));
    scroller.setAttribute('aria-colcount', String(columns.count + 1));
    this.header.show(scene);
    this.layer.show(first, end, scroll.top, scene);
    this.markActive(first, end);
    this.status.show(columns.hidden.length);
  }

  /** Other rows: what was selected among those before is not selected any more. */
  private beginAgain(): void {
    this.shownView = this.model.arrangement.view;
    this.selection &&= at({
      row: this.model.rowCount > 0 ? 0 : HEADER_ROW,
      column: focusOf(this.selection).column
    });
    this.summary.of(null, this.columns);
    this.scroll.reset();
    const focus = this.selection && focusOf(this.selection);
    if (this.viewer.isVisible && focus && focus.row !== HEADER_ROW) this.view(focus);
  }

  private scene(): RowScene {
    const { columns, scroller, model, selection } = this;
    const { scrollLeft, clientWidth } = scroller;
    const from = scrollLeft + columns.frozenWidth;
    const { first, end } = columns.visible(from, Math.max(from, scrollLeft + clientWidth - this.gutterPx));
    const { frozenEnd } = columns;
    const seen = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
    const frozen = Array.from({ length: frozenEnd }, (_, column) => column);
    return {
      gridId: this.gridId,
      fields: model.fields,
      layout: columns,
      gutterPx: this.gutterPx,
      columns: [...frozen, ...seen.filter(column => column >= frozenEnd)].filter(
        column => !columns.isHidden(column)
      ),
      frozenEnd,
      range: selection && rangeOf(selection),
      active: selection && focusOf(selection),
      value: (row, column) => model.value(row, column)
    };
  }

  private markActive(first: number, end: number): void {
    const active = this.selection && focusOf(this.selection);
    if (active && active.row === HEADER_ROW) {
      this.scroller.setAttribute('aria-activedescendant', headerId(this.gridId, active.column));
    } else if (active && active.row >= first && active.row < end) {
      this.scroller.setAttribute('aria-activedescendant', cellId(this.gridId, active));
    } else {
      this.scroller.removeAttribute('aria-activedescendant');
    }
  }

  private entered(): void {
    if (!this.selection && this.model.rowCount > 0) {
      this.select(at({ row: this.scroll.firstRow, column: this.columns.shown(0, 1) }));
    }
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.closeViewer()) {
      event.stopPropagation();
      return;
    }
    const intent = intentOf(event);
    if (intent && (this.model.rowCount > 0 || intent.kind !== 'copy')) {
      event.preventDefault();
      event.stopPropagation();
      this.perform(intent);
    }
  }

  private perform(intent: GridIntent): void {
    const selection = this.selection ?? at({ row: this.model.rowCount > 0 ? 0 : HEADER_ROW, column: 0 });
    const { row, column } = focusOf(selection);
    switch (intent.kind) {
      case 'move': {
        const next = moved(selection, intent.move, this.size, intent.extend);
        const step = next.active.column < selection.active.column ? -1 : 1;
        const active = { ...next.active, column: this.columns.shown(next.active.column, step) };
        return this.reveal(next.anchor === next.active ? at(active) : { ...next, active });
      }
      case 'select-all':
        return this.select(everything(this.size));
      case 'select-column':
        return this.select(wholeColumns(column, column, Math.max(0, row), this.size));
      case 'select-row':
        return this.select(wholeRows(Math.max(0, row), Math.max(0, row), column, this.size));
      case 'resize':
        this.columns.resize(column, this.columns.width(column) + intent.byPx);
        return this.render();
      case 'copy':
        return this.copy('tsv');
      case 'menu':
        return this.openMenu({ row, column });
      case 'view':
        return row === HEADER_ROW ? this.openMenu({ row, column }) : this.view({ row, column });
    }
  }

  private openMenu(cell: Cell): void {
    const id = this.scroller.getAttribute('aria-activedescendant') ?? '';
    openMenuOf(this.context, cell, document.getElementById(id) ?? this.scroller);
  }

  private view({ row, column }: Cell): void {
    const { model } = this;
    const isShort = !model.isCut(row, column);
    this.viewer.view({
      field: model.fields[column]!,
      row,
      value: isShort ? model.value(row, column) : undefined,
      whole: signal => model.whole(row, column, signal)
    });
  }

  private select(selection: Selection): void {
    this.selection = selection;
    const focus = focusOf(selection);
    if (this.viewer.isVisible && focus.row !== HEADER_ROW) {
      this.view(focus);
    }
    this.summary.of(rangeOf(selection), this.columns);
    this.render();
  }

  private reveal(selection: Selection): void {
    const { row, column } = focusOf(selection);
    const { columns } = this;
    this.scroll.showColumn(columns.left(column), columns.width(column), {
      isFrozen: column < columns.frozenEnd,
      before: columns.frozenWidth,
      gutterPx: this.gutterPx
    });
    if (row !== HEADER_ROW) this.scroll.showRow(row);
    this.select(selection);
  }

  private selectColumn(column: number, extend: boolean): void {
    this.scroller.focus();
    const from = extend && this.selection ? this.selection.anchor.column : column;
    this.select(wholeColumns(from, column, this.scroll.firstRow, this.size));
  }

  private startSelecting(event: PointerEvent): void {
    selectByPointer(event, {
      selection: () => this.selection,
      size: () => this.size,
      cellAt: pointed => this.cellAt(pointed),
      select: selection => this.select(selection),
      reveal: selection => this.reveal(selection)
    });
  }

  private cellAt({ clientX, clientY }: MouseEvent): Cell {
    const { columns, scroller } = this;
    const box = scroller.getBoundingClientRect();
    const x = clientX - box.left - this.gutterPx;
    const column = columns.columnAt(x < columns.frozenWidth ? x : x + scroller.scrollLeft);
    return { row: this.scroll.rowAt(clientY - box.top), column: columns.shown(column, -1) };
  }

  private copy(format: CopyFormatName): void {
    const range = this.selection && rangeOf(this.selection);
    if (range) {
      const columns = this.summary.columnsOf(range, this.columns);
      void copyRange(this.model, { ...range, columns }, format, this.closed.signal);
    }
  }

  private download(): void {
    const { model, columns } = this;
    const shown = model.fields.map((_, column) => column).filter(column => !columns.isHidden(column));
    void downloadCsv(model, shown, this.closed.signal);
  }
}
