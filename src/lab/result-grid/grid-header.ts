import { shortType } from '../../sql/short-type';
import { type Field } from '../../contract/query';
import { type ColumnLayout, isNumeric } from './column-layout';
import { followPointer } from './pointer-drag';

/** The row of column names and types. A column's right edge is dragged to resize it. */
export class GridHeader {
  readonly node = document.createElement('div');
  private readonly corner = document.createElement('div');
  private readonly cells: readonly HTMLElement[];

  constructor(
    fields: readonly Field[],
    private readonly layout: ColumnLayout,
    private readonly resized: () => void
  ) {
    this.node.className = 'jp-ReplicaGrid-header';
    this.node.setAttribute('role', 'row');
    this.node.setAttribute('aria-rowindex', '1');
    this.corner.className = 'jp-ReplicaGrid-number';
    this.corner.setAttribute('role', 'columnheader');
    this.corner.setAttribute('aria-label', 'Row number');
    this.cells = fields.map((field, column) => this.headerCell(field, column));
    this.node.append(this.corner, ...this.cells);
  }

  /** Puts every column where the layout says. */
  place(gutterPx: number): void {
    this.node.style.width = `${gutterPx + this.layout.fullWidth}px`;
    this.corner.style.width = `${gutterPx}px`;
    this.cells.forEach((cell, column) => {
      cell.style.left = `${gutterPx + this.layout.left(column)}px`;
      cell.style.width = `${this.layout.width(column)}px`;
    });
  }

  private headerCell(field: Field, column: number): HTMLElement {
    const cell = document.createElement('div');
    cell.className = 'jp-ReplicaGrid-columnHeader';
    cell.classList.toggle('jp-mod-number', isNumeric(field.type));
    cell.setAttribute('role', 'columnheader');
    cell.setAttribute('aria-colindex', String(column + 2));
    cell.title = `${field.name}\n${field.type}`;
    const edge = span('jp-ReplicaGrid-resize', '');
    edge.addEventListener('pointerdown', event => this.startResize(event, column));
    cell.append(
      span('jp-ReplicaGrid-columnName', field.name),
      span('jp-ReplicaGrid-columnType', shortType(field.type)),
      edge
    );
    return cell;
  }

  private startResize(event: PointerEvent, column: number): void {
    event.preventDefault();
    event.stopPropagation();
    const startWidth = this.layout.width(column) - event.clientX;
    followPointer(move => {
      this.layout.resize(column, startWidth + move.clientX);
      this.resized();
    });
  }
}

function span(className: string, text: string): HTMLElement {
  const node = document.createElement('span');
  node.className = className;
  node.textContent = text;
  return node;
}
