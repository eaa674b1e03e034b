/** Browsers stop growing an element at some 16 to 33 million pixels; a taller grid scrolls in proportion. */
export const TALLEST_PX = 8_000_000;

/** What a grid of rows of one height shows. Lengths in CSS pixels. */
export interface Viewport {
  readonly rowCount: number;
  readonly rowHeight: number;
  /** Height of the part of the view that rows fill. */
  readonly height: number;
}

/** Height of all rows. */
function fullHeight({ rowCount, rowHeight }: Viewport): number {
  return rowCount * rowHeight;
}

/** Height that the scrolled element gets. */
export function scrollHeight(viewport: Viewport): number {
  return Math.min(TALLEST_PX, fullHeight(viewport));
}

/** The pixel of all rows that stands at the top of the view at a scroll position. */
export function topAt(scrollTop: number, viewport: Viewport): number {
  return clampTop(scrollTop * scale(viewport), viewport);
}

/** The scroll position at which `top` stands at the top of the view. */
export function scrollTopFor(top: number, viewport: Viewport): number {
  return clampTop(top, viewport) / scale(viewport);
}

export function clampTop(top: number, viewport: Viewport): number {
  return Math.max(0, Math.min(top, fullHeight(viewport) - viewport.height));
}

/** Whether a scrolled pixel stands for more than one pixel of rows. */
export function isScaled(viewport: Viewport): boolean {
  return fullHeight(viewport) > TALLEST_PX;
}

/** Rows that are seen, also in part: from `first` up to but without `end`. */
export function rowsAt(top: number, viewport: Viewport): { readonly first: number; readonly end: number } {
  const first = Math.floor(top / viewport.rowHeight);
  const end = Math.ceil((top + viewport.height) / viewport.rowHeight);
  return { first: Math.max(0, first), end: Math.min(viewport.rowCount, end) };
}

/** The nearest top at which a row is seen whole. */
export function topThatShows(row: number, top: number, viewport: Viewport): number {
  const rowTop = row * viewport.rowHeight;
  const highest = rowTop + viewport.rowHeight - viewport.height;
  return clampTop(Math.min(rowTop, Math.max(top, highest)), viewport);
}

function scale(viewport: Viewport): number {
  const scrolled = scrollHeight(viewport) - viewport.height;
  return isScaled(viewport) ? (fullHeight(viewport) - viewport.height) / scrolled : 1;
}
