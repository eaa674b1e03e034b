import { partBytes } from '../../../src/gateway/s3/part-size';

const [MIB, GIB, TIB] = [2 ** 20, 2 ** 30, 2 ** 40];
const sizes = Array.from({ length: 10_000 }, (_, index) => partBytes(index + 1));

/** Bytes of an object whose last part has the size `bytes`. */
const objectUpTo = (bytes: number) =>
  sizes.filter(size => size <= bytes).reduce((sum, size) => sum + size, 0);

test('10,000 parts are enough for the largest object that S3 has', () => {
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(5 * TIB);
});

test('no part is larger or smaller than S3 takes', () => {
  expect(Math.min(...sizes)).toBe(8 * MIB);
  expect(Math.max(...sizes)).toBeLessThan(5 * GIB);
});

test('parts stay small as long as the object is', () => {
  expect(objectUpTo(16 * MIB)).toBeGreaterThan(10 * GIB);
  expect(objectUpTo(100 * MIB)).toBeGreaterThan(140 * GIB);
});
