/** Values of a miniblock, which has one width. */
const MINIBLOCK = 32;
/** Of block headers, widths and padding. */
const OVERHEAD_BITS = 0.5;

/**
 * Bits that a value takes in DELTA_BINARY_PACKED, from some consecutive ones; null for fewer than two. Differences between
 * large values are rounded, which does not change their width.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export function deltaBits(values: Float64Array): number | null {
  if (values.length < 2) {
    return null;
  }
  let bits = 0;
  for (let first = 1; first < values.length; first += MINIBLOCK) {
    const end = Math.min(first + MINIBLOCK, values.length);
    let [least, most] = [Infinity, -Infinity];
    for (let at = first; at < end; at++) {
      const delta = values[at]! - values[at - 1]!;
      least = Math.min(least, delta);
      most = Math.max(most, delta);
    }
    bits += (end - first) * Math.ceil(Math.log2(most - least + 1));
  }
  return bits / (values.length - 1) + OVERHEAD_BITS;
}
