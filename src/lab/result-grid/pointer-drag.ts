/** Calls `moved` with every move of the pointer until its button is let go. */
export function followPointer(moved: (event: PointerEvent) => void): void {
  const ends = ['pointerup', 'pointercancel'];
  const stop = () => {
    document.removeEventListener('pointermove', moved);
    ends.forEach(end => document.removeEventListener(end, stop));
  };
  document.addEventListener('pointermove', moved);
  ends.forEach(end => document.addEventListener(end, stop));
}
