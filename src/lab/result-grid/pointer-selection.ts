import { followPointer } from './pointer-drag';
import { at, type Cell, type GridSize, type Selection, wholeRows } from './selection';

/** The grid in which a pointer selects. */
interface PointedGrid {
  selection(): Selection | null;
  size(): GridSize;
  cellAt(event: MouseEvent): Cell;
  select(selection: Selection): void;
  /** Selects, and scrolls to it. */
  reveal(selection: Selection): void;
}

/** Selects cells, or from a row's number whole rows, for as long as the pointer is held; with Shift from what was selected. */
export function selectByPointer(event: PointerEvent, grid: PointedGrid): void {
  if (event.button !== 0) {
    return;
  }
  const cell = grid.cellAt(event);
  const before = event.shiftKey ? grid.selection() : null;
  const isNumber = event.target instanceof Element && event.target.closest('.jp-ReplicaGrid-number') !== null;
  if (isNumber) {
    const column = grid.selection()?.focus?.column ?? 0;
    grid.select(wholeRows(before?.anchor.row ?? cell.row, cell.row, column, grid.size()));
  } else {
    grid.select(before ? { anchor: before.anchor, active: cell } : at(cell));
  }
  followPointer(move => {
    const selection = grid.selection();
    const to = grid.cellAt(move);
    if (selection && isNumber) grid.reveal(wholeRows(selection.anchor.row, to.row, 0, grid.size()));
    else if (selection) grid.reveal({ anchor: selection.anchor, active: to });
  });
}
