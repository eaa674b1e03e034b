import { type ColumnLayout } from './column-layout';
import { type CopyFormatName } from './copy-format';
import { cellEntries, columnEntries, copyEntries, openMenu } from './grid-menus';
import { type ResultModel } from './result-model';
import { type Cell, HEADER_ROW } from './selection';

/** What the menus of a grid act on. */
export interface GridContext {
  readonly model: ResultModel;
  readonly layout: ColumnLayout;
  copy(format: CopyFormatName): void;
  view(cell: Cell): void;
  /** Columns have another place or width. */
  changed(): void;
  /** Takes the keyboard back. */
  focus(): void;
}

export function openColumnMenu(context: GridContext, column: number, x: number, y: number): void {
  const { model, layout } = context;
  const { fields, arrangement } = model;
  const entries = columnEntries({ column, fields, layout, arrangement }, () => context.changed());
  openMenu(entries, x, y, () => context.focus());
}

export function openCellMenu(context: GridContext, cell: Cell, x: number, y: number): void {
  const { model, layout } = context;
  const value = model.value(cell.row, cell.column);
  const { fields, arrangement } = model;
  const isWhole = value !== undefined && !model.isCut(cell.row, cell.column);
  const ofCell = isWhole
    ? cellEntries({ column: cell.column, fields, layout, arrangement }, value, () => context.view(cell))
    : [];
  openMenu([...ofCell, ...copyEntries(format => context.copy(format))], x, y, () => context.focus());
}

export function openCopyMenu(context: GridContext, button: HTMLElement): void {
  const { left, top } = button.getBoundingClientRect();
  openMenu(
    copyEntries(format => context.copy(format)),
    left,
    top,
    () => context.focus()
  );
}

/** The menu of what has the focus, below its element. */
export function openMenuOf(context: GridContext, cell: Cell, element: HTMLElement): void {
  const { left, bottom } = element.getBoundingClientRect();
  if (cell.row === HEADER_ROW) openColumnMenu(context, cell.column, left, bottom);
  else openCellMenu(context, cell, left, bottom);
}
