import { problemWith, proposedKey, targetOf } from '../../../src/lab/export-dialog/export-target';

it.each([
  ['orders by month', 'exports/orders-by-month.parquet'],
  ['analytics.Daily', 'exports/analytics.daily.parquet'],
  ['Größe / 2', 'exports/größe-2.parquet'],
  ['…', 'exports/query.parquet']
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
  const said = problemWith({ bucket, key });
  if (problem === null) expect(said).toBeNull();
  else expect(said).toMatch(problem);
});

it('reads a whole address from the key field', () => {
  expect(targetOf('other', ' s3://data/exports/a.parquet ')).toEqual({
    bucket: 'data',
    key: 'exports/a.parquet'
  });
  expect(targetOf(' data ', ' a.parquet ')).toEqual({ bucket: 'data', key: 'a.parquet' });
});
