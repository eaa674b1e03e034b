import { type Field } from '../../contract/query';
import { type ColumnLayout, isNumeric } from './column-layout';
import { type CellValue } from './result-model';
import { type CellRange, type Cell, includes } from './selection';

/** What the rows of one rendering have in common. */
export interface RowScene {
  readonly gridId: string;
  readonly fields: readonly Field[];
  readonly layout: ColumnLayout;
  readonly gutterPx: number;
  /** Columns on show: from `firstColumn` up to but without `endColumn`. */
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly range: CellRange | null;
  readonly active: Cell | null;
  value(row: number, column: number): CellValue;
}

/** More is never seen in a cell; all of it is in the viewer and in copies. */
const SHOWN_CHARS = 400;

export const cellId = (gridId: string, { row, column }: Cell): string => `${gridId}-${row}-${column}`;

/** One row on screen, used for one row of the result after another. */
export class GridRow {
  readonly node = document.createElement('div');
  private readonly number = document.createElement('div');
  private readonly cells: HTMLElement[] = [];

  constructor() {
    this.node.className = 'jp-ReplicaGrid-row';
    this.node.setAttribute('role', 'row');
    this.number.className = 'jp-ReplicaGrid-number';
    this.number.setAttribute('role', 'rowheader');
    this.node.append(this.number);
  }

  /** Shows a row whose upper edge stands `y` pixels below the header. */
  show(row: number, y: number, scene: RowScene): void {
    this.node.style.transform = `translateY(${y}px)`;
    this.node.style.width = `${scene.gutterPx + scene.layout.fullWidth}px`;
    // The header is row 1.
    this.node.setAttribute('aria-rowindex', String(row + 2));
    this.number.style.width = `${scene.gutterPx}px`;
    this.number.textContent = String(row + 1);
    this.makeCells(scene.endColumn - scene.firstColumn);
    this.cells.forEach((cell, index) => showCell(cell, { row, column: scene.firstColumn + index }, scene));
  }

  private makeCells(count: number): void {
    while (this.cells.length < count) {
      const cell = document.createElement('div');
      cell.setAttribute('role', 'gridcell');
      this.node.append(cell);
      this.cells.push(cell);
    }
    this.cells.splice(count).forEach(cell => cell.remove());
  }
}

function showCell(node: HTMLElement, cell: Cell, scene: RowScene): void {
  const { row, column } = cell;
  const value = scene.value(row, column);
  const classes = ['jp-ReplicaGrid-cell'];
  if (isNumeric(scene.fields[column]?.type ?? '')) classes.push('jp-mod-number');
  if (value === null) classes.push('jp-mod-null');
  if (value === undefined) classes.push('jp-mod-loading');
  const isSelected = scene.range !== null && includes(scene.range, cell);
  if (isSelected) classes.push('jp-mod-selected');
  if (scene.active?.row === row && scene.active.column === column) classes.push('jp-mod-active');

  node.className = classes.join(' ');
  node.id = cellId(scene.gridId, cell);
  node.setAttribute('aria-colindex', String(column + 2));
  node.setAttribute('aria-selected', String(isSelected));
  node.style.left = `${scene.gutterPx + scene.layout.left(column)}px`;
  node.style.width = `${scene.layout.width(column)}px`;
  node.textContent = shownText(value);
}

function shownText(value: CellValue): string {
  if (typeof value !== 'string') {
    return value === null ? 'NULL' : '';
  }
  const start = value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value;
  return start.replace(/\r\n|\r|\n/g, '↵').replaceAll('\t', '⇥');
}
