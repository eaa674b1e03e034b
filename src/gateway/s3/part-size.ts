/** Of the first parts; S3 takes parts from 5 MiB to 5 GiB. */
const FIRST_BYTES = 8 * 2 ** 20;
/** Each part is so much larger than the one before that 10,000 of them, which is the most, have 5 TiB, which is the largest object. */
const GROWTH = 1.0006;
const ROUND_TO_BYTES = 2 ** 20;

/**
 * Bytes of the part with this number, from 1: 8 MiB at first, 14 MiB after 10 GiB, 100 MiB after 150 GiB; a part is in memory
 * while it is sent.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export function partBytes(number: number): number {
  const bytes = FIRST_BYTES * GROWTH ** (number - 1);
  return Math.ceil(bytes / ROUND_TO_BYTES) * ROUND_TO_BYTES;
}
