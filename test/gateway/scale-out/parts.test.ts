import { blockParts } from '../../../src/gateway/scale-out/block-parts';
import { keyConditions, type SampledKey } from '../../../src/gateway/scale-out/key-parts';

describe('parts of a table by its pages', () => {
  test('hold each page once, the last one those that are added meanwhile', () => {
    expect(blockParts(10, 8192, 1, 3)).toEqual([
      "s.part_ctid >= '(0,0)'::tid AND s.part_ctid < '(4,0)'::tid",
      "s.part_ctid >= '(4,0)'::tid AND s.part_ctid < '(8,0)'::tid",
      "s.part_ctid >= '(8,0)'::tid"
    ]);
  });

  test('are four a session at least, and half a gigabyte at most', () => {
    expect(blockParts(100_000, 8192, 2, null)).toHaveLength(8);
    expect(blockParts(10_000_000, 8192, 2, null)).toHaveLength(153);
  });

  test('are one for a table without pages', () => {
    expect(blockParts(0, 8192, 4, null)).toEqual(["s.part_ctid >= '(0,0)'::tid"]);
  });
});

describe('parts of a statement by quantiles of a key', () => {
  const complete = (keys: readonly SampledKey[]) => ({ keys, isComplete: true });
  const keys = (...rows: number[]) => rows.map((count, index) => ({ key: String(index), rows: count }));

  test('end before the key that would make them too large', () => {
    expect(keyConditions(complete(keys(1, 1, 1, 1)), 'integer', 2)).toEqual([
      "s.part_key < '2'::integer",
      "s.part_key >= '2'::integer"
    ]);
  });

  test('cut a key with many rows by the content of rows', () => {
    const hash = '(pg_catalog.hashtextextended(s::text, 0) & 9223372036854775807) % 2';
    expect(keyConditions(complete(keys(1, 6, 1)), 'integer', 2)).toEqual([
      "s.part_key < '1'::integer",
      `s.part_key = '1'::integer AND ${hash} = 0`,
      `s.part_key = '1'::integer AND ${hash} = 1`,
      "s.part_key > '1'::integer"
    ]);
  });

  test('have NULL and what a sample did not show in a part more', () => {
    expect(keyConditions({ keys: keys(4, 4), isComplete: false }, 'integer', 2)).toEqual([
      "s.part_key < '1'::integer",
      "s.part_key >= '1'::integer",
      '(s.part_key IS NULL)'
    ]);
    const missing = [...keys(4), { key: null, rows: 1 }];
    expect(keyConditions(complete(missing), 'integer', 1)).toEqual([
      's.part_key IS NOT NULL',
      '(s.part_key IS NULL)'
    ]);
  });

  test('are one for no rows', () => {
    expect(keyConditions(complete([]), 'integer', 4)).toEqual(['(s.part_key IS NOT NULL)']);
  });

  test('quote what a key holds', () => {
    expect(
      keyConditions(
        complete([
          { key: "a'b", rows: 1 },
          { key: 'c\\d', rows: 1 }
        ]),
        'text',
        2
      )
    ).toEqual(["s.part_key < E'c\\\\d'::text", "s.part_key >= E'c\\\\d'::text"]);
  });
});
