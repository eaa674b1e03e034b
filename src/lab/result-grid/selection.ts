export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells between `anchor` and `active`, the cell that has the focus. */
export interface Selection {
  readonly anchor: Cell;
  readonly active: Cell;
}

/** First and last row and column, all included. */
export interface CellRange {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that Page Up and Page Down move by. */
  readonly pageRows: number;
}

export type Move =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'row-start'
  | 'row-end'
  | 'grid-start'
  | 'grid-end';

export const at = (cell: Cell): Selection => ({ anchor: cell, active: cell });

export function rangeOf({ anchor, active }: Selection): CellRange {
  return {
    firstRow: Math.min(anchor.row, active.row),
    lastRow: Math.max(anchor.row, active.row),
    firstColumn: Math.min(anchor.column, active.column),
    lastColumn: Math.max(anchor.column, active.column)
  };
}

export function includes(range: CellRange, { row, column }: Cell): boolean {
  return (
    row >= range.firstRow && row <= range.lastRow && column >= range.firstColumn && column <= range.lastColumn
  );
}

/** The selection after a move; `extend` keeps its anchor. */
export function moved(selection: Selection, move: Move, size: GridSize, extend: boolean): Selection {
  const active = within(destination(selection.active, move, size), size);
  return { active, anchor: extend ? selection.anchor : active };
}

/** All cells. */
export function everything(size: GridSize): Selection {
  return { anchor: { row: 0, column: 0 }, active: within({ row: Infinity, column: Infinity }, size) };
}

function destination({ row, column }: Cell, move: Move, size: GridSize): Cell {
  switch (move) {
    case 'up':
      return { row: row - 1, column };
    case 'down':
      return { row: row + 1, column };
    case 'left':
      return { row, column: column - 1 };
    case 'right':
      return { row, column: column + 1 };
    case 'page-up':
      return { row: row - size.pageRows, column };
    case 'page-down':
      return { row: row + size.pageRows, column };
    case 'row-start':
      return { row, column: 0 };
    case 'row-end':
      return { row, column: Infinity };
    case 'grid-start':
      return { row: 0, column: 0 };
    case 'grid-end':
      return { row: Infinity, column: Infinity };
  }
}

function within({ row, column }: Cell, { rows, columns }: GridSize): Cell {
  return {
    row: Math.max(0, Math.min(row, rows - 1)),
    column: Math.max(0, Math.min(column, columns - 1))
  };
}
