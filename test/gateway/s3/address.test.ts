import { checkAddress, uriOf } from '../../../src/gateway/s3/address';

test('an address is written as people write it', () => {
  expect(uriOf({ bucket: 'data', key: 'exports/orders.parquet' })).toBe('s3://data/exports/orders.parquet');
});

test.each(['data', 'jao-dev-data-science', 'a.b.c', '0ab'])('%s may be a bucket', bucket => {
  expect(() => checkAddress({ bucket, key: 'k' })).not.toThrow();
});

test.each(['', 'ab', 'Data', 'a_b', '-ab', 'a..b', '10.0.0.1', 's3://data', 'x'.repeat(64)])(
  '"%s" is no bucket',
  bucket => {
    expect(() => checkAddress({ bucket, key: 'k' })).toThrow(`"${bucket}" is not the name of a bucket.`);
  }
);

test.each(['orders.parquet', 'exports/2026/orders 1.parquet', 'größe/注文.parquet', '.hidden'])(
  '%s may be a key',
  key => {
    expect(() => checkAddress({ bucket: 'data', key })).not.toThrow();
  }
);

test.each([
  ['', 'is empty'],
  ['/a', 'slash at its start'],
  ['a/', 'slash at its start'],
  ['a//b', 'slash at its start'],
  ['a/../b', 'only dots'],
  ['a\nb', 'control character'],
  ['ü'.repeat(513), 'longer than 1024 bytes']
])('%j is no key', (key, fault) => {
  expect(() => checkAddress({ bucket: 'data', key })).toThrow(fault);
});
