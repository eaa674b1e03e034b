import fc from 'fast-check';
import { at, everything, type Move, moved, rangeOf } from '../../../src/lab/result-grid/selection';

const size = { rows: 100, columns: 5, pageRows: 10 };
const start = at({ row: 50, column: 2 });

it.each<[Move, number, number]>([
  ['up', 49, 2],
  ['down', 51, 2],
  ['left', 50, 1],
  ['right', 50, 3],
  ['page-up', 40, 2],
  ['page-down', 60, 2],
  ['row-start', 50, 0],
  ['row-end', 50, 4],
  ['grid-start', 0, 0],
  ['grid-end', 99, 4]
])('%s goes to row %i, column %i', (move, row, column) => {
  expect(moved(start, move, size, false)).toEqual(at({ row, column }));
});

it('keeps its anchor while it is extended', () => {
  const extended = moved(moved(start, 'up', size, true), 'right', size, true);
  expect(rangeOf(extended)).toEqual({ firstRow: 49, lastRow: 50, firstColumn: 2, lastColumn: 3 });
});

it('never leaves the grid', () => {
  const moves = fc.array(
    fc.constantFrom<Move>('up', 'down', 'left', 'right', 'page-up', 'page-down', 'row-end', 'grid-end')
  );
  fc.assert(
    fc.property(moves, path => {
      const { active } = path.reduce((selection, move) => moved(selection, move, size, false), start);
      expect(active.row).toBeGreaterThanOrEqual(0);
      expect(active.row).toBeLessThan(100);
      expect(active.column).toBeGreaterThanOrEqual(0);
      expect(active.column).toBeLessThan(5);
    })
  );
});

it('selects everything', () => {
  expect(rangeOf(everything(size))).toEqual({ firstRow: 0, lastRow: 99, firstColumn: 0, lastColumn: 4 });
});
