import { addressOf, problemWith, proposedKey } from '../../../src/lab/export-dialog/export-target';

it.each([
  ['orders by month', 'exports/orders-by-month'],
  ['analytics.Daily', 'exports/analytics.daily'],
  ['Größe / 2', 'exports/größe-2'],
  ['…', 'exports/query']
])('proposes for %s the key %s', (name, key) => {
  expect(proposedKey(name)).toBe(key);
});

it.each([
  ['jao-dev-data-science', 'exports/orders.parquet', null],
  ['', 'a.parquet', /bucket/],
  ['Data', 'a.parquet', /lower-case/],
  ['a..b', 'a.parquet', /lower-case/],
  ['data', '', /Name the object/],
  ['data', 'exports/', /Name the object/],
  ['data', '/exports/a', /slash/],
  ['data', 'exports//a', /slash/],
  ['data', 'ä'.repeat(513), /1,024 bytes/]
])('of s3://%s/%s it says %p', (bucket, key, problem) => {
  const said = problemWith({ bucket, key, kind: 'object', format: 'parquet', partitions: '' });
  if (problem === null) expect(said).toBeNull();
  else expect(said).toMatch(problem);
});

it('reads a whole address from the key field', () => {
  expect(addressOf('other', ' s3://data/exports/a.parquet ')).toEqual({
    bucket: 'data',
    key: 'exports/a.parquet'
  });
  expect(addressOf(' data ', ' a.parquet ')).toEqual({ bucket: 'data', key: 'a.parquet' });
});
