import { type Move } from './selection';

/** What a key press asks of the grid. */
export type GridIntent =
  | { readonly kind: 'move'; readonly move: Move; readonly extend: boolean }
  | { readonly kind: 'resize'; readonly byPx: number }
  | { readonly kind: 'copy' | 'select-all' | 'view' | 'menu' | 'select-column' | 'select-row' };

const RESIZE_STEP_PX = 24;

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'row-start',
  End: 'row-end'
};

const ACCEL_MOVES: Readonly<Record<string, Move>> = {
  Home: 'grid-start',
  End: 'grid-end',
  ArrowLeft: 'row-start',
  ArrowRight: 'row-end',
  ArrowUp: 'column-start',
  ArrowDown: 'column-end'
};

export function intentOf(event: KeyboardEvent): GridIntent | null {
  const { key, altKey, shiftKey } = event;
  const accel = event.ctrlKey || event.metaKey;
  if (key === 'ContextMenu' || (shiftKey && key === 'F10') || (altKey && key === 'ArrowDown'))
    return { kind: 'menu' };
  if (key === ' ' && (accel || shiftKey)) return { kind: accel ? 'select-column' : 'select-row' };
  if (altKey) {
    const step = key === 'ArrowRight' ? RESIZE_STEP_PX : key === 'ArrowLeft' ? -RESIZE_STEP_PX : 0;
    return step ? { kind: 'resize', byPx: step } : null;
  }
  if (accel && key.toLowerCase() === 'c') return { kind: 'copy' };
  if (accel && key.toLowerCase() === 'a') return { kind: 'select-all' };
  if (!accel && key === 'Enter') return { kind: 'view' };
  const move = accel ? ACCEL_MOVES[key] : MOVES[key];
  return move ? { kind: 'move', move, extend: shiftKey } : null;
}
