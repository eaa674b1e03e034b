import fc from 'fast-check';
import {
  rowsAt,
  scrollHeight,
  scrollTopFor,
  TALLEST_PX,
  topAt,
  topThatShows,
  type Viewport
} from '../../../src/lab/result-grid/viewport';

const view = (rowCount: number, height = 480): Viewport => ({ rowCount, rowHeight: 24, height });

const viewports = fc.record({
  rowCount: fc.integer({ min: 0, max: 50_000_000 }),
  rowHeight: fc.constantFrom(20, 24),
  height: fc.integer({ min: 24, max: 2_000 })
});

it('shows the rows that are seen in whole or in part', () => {
  expect(rowsAt(0, view(1_000))).toEqual({ first: 0, end: 20 });
  expect(rowsAt(12, view(1_000))).toEqual({ first: 0, end: 21 });
  expect(rowsAt(0, view(3))).toEqual({ first: 0, end: 3 });
  expect(rowsAt(0, view(0))).toEqual({ first: 0, end: 0 });
});

it('scrolls pixel by pixel while the browser can hold all rows', () => {
  expect(scrollHeight(view(1_000))).toBe(24_000);
  expect(topAt(1_234, view(1_000))).toBe(1_234);
});

it('scrolls in proportion beyond that, and reaches the last row', () => {
  const tall = view(10_000_000);
  expect(scrollHeight(tall)).toBe(TALLEST_PX);
  const top = topAt(TALLEST_PX - tall.height, tall);
  expect(rowsAt(top, tall).end).toBe(10_000_000);
});

it('finds its way back from a scroll position, whatever the size', () => {
  fc.assert(
    fc.property(viewports, fc.double({ min: 0, max: 1, noNaN: true }), (viewport, part) => {
      const top = topAt(part * scrollHeight(viewport), viewport);
      expect(topAt(scrollTopFor(top, viewport), viewport)).toBeCloseTo(top, 3);
    })
  );
});

it('moves no further than a row needs to be seen whole', () => {
  expect(topThatShows(5, 0, view(1_000))).toBe(0);
  expect(topThatShows(20, 0, view(1_000))).toBe(24);
  expect(topThatShows(0, 500, view(1_000))).toBe(0);
  fc.assert(
    fc.property(viewports, fc.nat(), fc.nat(), (viewport, anyRow, anyTop) => {
      fc.pre(viewport.rowCount > 0);
      const row = anyRow % viewport.rowCount;
      const { first, end } = rowsAt(topThatShows(row, anyTop, viewport), viewport);
      expect(first <= row && row < end).toBe(true);
    })
  );
});
