import { type Field } from '../../contract/query';
import { type CellValue } from './cell-rows';
import { type ColumnLayout, isNumeric } from './column-layout';
import { type CellRange, type Cell, includes } from './selection';

/** What the rows of one rendering have in common. */
export interface RowScene {
  readonly gridId: string;
  readonly fields: readonly Field[];
  readonly layout: ColumnLayout;
  readonly gutterPx: number;
  /** Columns on show, in their order; those before `frozenEnd` do not scroll. */
  readonly columns: readonly number[];
  readonly frozenEnd: number;
  readonly range: CellRange | null;
  readonly active: Cell | null;
  value(row: number, column: number): CellValue;
}

/** More is never seen in a cell; all of it is in the viewer and in copies. */
const SHOWN_CHARS = 400;

export const cellId = (gridId: string, { row, column }: Cell): string => `${gridId}-${row}-${column}`;

/** One row on screen, used for one row of the result after another. Writes to the page only what has changed. */
export class GridRow {
  readonly node = document.createElement('div');
  private readonly number = document.createElement('div');
  private readonly frozen = document.createElement('div');
  private readonly scrolled: GridCell[] = [];
  private readonly fixed: GridCell[] = [];

  constructor() {
    this.node.className = 'jp-ReplicaGrid-row';
    this.node.setAttribute('role', 'row');
    this.number.className = 'jp-ReplicaGrid-number';
    this.number.setAttribute('role', 'rowheader');
    this.number.setAttribute('aria-colindex', '1');
    this.frozen.className = 'jp-ReplicaGrid-frozen';
    this.frozen.setAttribute('role', 'none');
    this.node.append(this.number, this.frozen);
  }

  /** Shows a row whose upper edge stands `y` pixels below the header. */
  show(row: number, y: number, scene: RowScene): void {
    const { layout, gutterPx, frozenEnd, columns } = scene;
    this.node.style.transform = `translateY(${y}px)`;
    this.node.style.width = `${gutterPx + layout.fullWidth}px`;
    // The header is row 1.
    this.node.setAttribute('aria-rowindex', String(row + 2));
    this.number.style.width = `${gutterPx}px`;
    const number = String(row + 1);
    if (this.number.textContent !== number) this.number.textContent = number;
    this.frozen.style.left = `${gutterPx}px`;
    this.frozen.style.width = `${layout.frozenWidth}px`;
    const isFixed = (column: number) => column < frozenEnd;
    show(this.fixed, this.frozen, row, columns.filter(isFixed), 0, scene);
    const others = frozenEnd === 0 ? columns : columns.filter(column => !isFixed(column));
    show(this.scrolled, this.node, row, others, gutterPx, scene);
  }
}

function show(
  cells: GridCell[],
  parent: HTMLElement,
  row: number,
  columns: readonly number[],
  left: number,
  scene: RowScene
): void {
  while (cells.length < columns.length) {
    const cell = new GridCell();
    parent.append(cell.node);
    cells.push(cell);
  }
  cells.splice(columns.length).forEach(cell => cell.node.remove());
  cells.forEach((cell, index) => cell.show({ row, column: columns[index]! }, left, scene));
}

class GridCell {
  readonly node = document.createElement('div');
  private className = '';
  private id = '';
  private column = -1;
  private left = -1;
  private width = -1;
  private text = '';
  private isSelected: boolean | null = null;

  constructor() {
    this.node.setAttribute('role', 'gridcell');
  }

  show(cell: Cell, leftOfFirst: number, scene: RowScene): void {
    const { row, column } = cell;
    const value = scene.value(row, column);
    const isSelected = scene.range !== null && includes(scene.range, cell);
    const isActive = scene.active?.row === row && scene.active.column === column;
    this.write(classNames(scene.fields[column]!.type, value, isSelected, isActive), shownText(value));
    this.place(column, leftOfFirst + scene.layout.left(column), scene.layout.width(column));
    const id = cellId(scene.gridId, cell);
    if (id !== this.id) this.node.id = this.id = id;
    if (isSelected !== this.isSelected) {
      this.isSelected = isSelected;
      this.node.setAttribute('aria-selected', String(isSelected));
    }
  }

  private write(className: string, text: string): void {
    if (className !== this.className) this.node.className = this.className = className;
    if (text !== this.text) this.node.textContent = this.text = text;
  }

  private place(column: number, left: number, width: number): void {
    if (column !== this.column) {
      this.column = column;
      this.node.setAttribute('aria-colindex', String(column + 2));
    }
    if (left !== this.left) {
      this.left = left;
      this.node.style.left = `${left}px`;
    }
    if (width !== this.width) {
      this.width = width;
      this.node.style.width = `${width}px`;
    }
  }
}

function classNames(type: string, value: CellValue, isSelected: boolean, isActive: boolean): string {
  const classes = ['jp-ReplicaGrid-cell'];
  if (isNumeric(type)) classes.push('jp-mod-number');
  if (value === null) classes.push('jp-mod-null');
  if (value === undefined) classes.push('jp-mod-loading');
  if (isSelected) classes.push('jp-mod-selected');
  if (isActive) classes.push('jp-mod-active');
  return classes.join(' ');
}

function shownText(value: CellValue): string {
  if (typeof value !== 'string') {
    return value === null ? 'NULL' : '';
  }
  const start = value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value;
  return /[\r\n\t]/.test(start) ? start.replace(/\r\n|\r|\n/g, '↵').replaceAll('\t', '⇥') : start;
}
