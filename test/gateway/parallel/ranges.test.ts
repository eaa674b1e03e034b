import { blockRanges, ctidBounds } from '../../../src/gateway/parallel/ranges';

const PAGE = 8192;

it.each([
  [0, 2],
  [1, 2],
  [7, 3],
  [1_000, 2],
  [12_345_678, 4]
])('ranges of %d pages for %d connections hold each page once', (blocks, connections) => {
  const ranges = blockRanges(blocks, PAGE, connections);
  expect(ranges[0]!.first).toBe(0);
  ranges.slice(1).forEach((range, index) => expect(range.first).toBe(ranges[index]!.end));
  expect(ranges.at(-1)!.end).toBeNull();
  expect(ranges.at(-1)!.first).toBeLessThanOrEqual(blocks);
});

it('are several for each connection, so that all end at about the same time', () => {
  expect(blockRanges(1_000, PAGE, 2)).toHaveLength(16);
});

it('are bounded in size', () => {
  const [range] = blockRanges(100_000_000, PAGE, 2);
  expect(range!.end! * PAGE).toBe(128 * 2 ** 20);
});

it('end before the next one begins, and the last one never', () => {
  expect(ctidBounds({ first: 10, end: 20 })).toEqual(['(10,0)', '(20,0)']);
  expect(ctidBounds({ first: 20, end: null })).toEqual(['(20,0)', '(4294967295,0)']);
});
