/** The row of column names. */
export const HEADER_ROW = -1;

export interface Cell {
  /** `HEADER_ROW` for the header of a column. */
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells between `anchor` and `active`, which has the focus unless `focus` says otherwise. */
export interface Selection {
  readonly anchor: Cell;
  readonly active: Cell;
  readonly focus?: Cell;
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
  | 'column-start'
  | 'column-end'
  | 'grid-start'
  | 'grid-end';

export const at = (cell: Cell): Selection => ({ anchor: cell, active: cell });

/** The cells selected; none while a column's header has the focus. */
export function rangeOf({ anchor, active }: Selection): CellRange | null {
  if (active.row === HEADER_ROW) {
    return null;
  }
  return {
    firstRow: Math.max(0, Math.min(anchor.row, active.row)),
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
  const isToHeader = move === 'up' && selection.active.row <= 0 && !extend;
  const isAlongHeader =
    selection.active.row === HEADER_ROW && (move === 'left' || move === 'right' || move.startsWith('row-'));
  const cell = within(destination(selection.active, move, size), size);
  const active = isToHeader || isAlongHeader ? { ...cell, row: HEADER_ROW } : cell;
  return { active, anchor: extend && !isAlongHeader ? selection.anchor : active };
}

/** Whole columns, from one to another. The focus stays in a row. */
export function wholeColumns(from: number, to: number, row: number, size: GridSize): Selection {
  const last = Math.max(0, size.rows - 1);
  return { anchor: { row: 0, column: from }, active: { row: last, column: to }, focus: { row, column: to } };
}

/** Whole rows, from one to another. */
export function wholeRows(from: number, to: number, column: number, size: GridSize): Selection {
  const last = size.columns - 1;
  return { anchor: { row: from, column: 0 }, active: { row: to, column: last }, focus: { row: to, column } };
}

/** The cell that has the focus. */
export const focusOf = ({ active, focus }: Selection): Cell => focus ?? active;

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
    case 'column-start':
      return { row: 0, column };
    case 'column-end':
      return { row: Infinity, column };
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
