/** Bytes that are looked at, and the fewest that tell anything. */
const LOOKED_AT = 8_192;
const FEWEST = 1_024;
/** What compressors look for is as long; shorter stretches of digits or hex come again by chance. */
const STRETCH = 6;
const WITHOUT_FIRST = 256 ** (STRETCH - 1);

/**
 * The share of places in `bytes` whose next six bytes have stood before: about 0 for hashes and random tokens, of which a
 * compressor only makes codes shorter, and above a half for sentences, addresses and JSON. Null for too few bytes.
 */
export function repeatedShare(bytes: Uint8Array): number | null {
  const end = Math.min(bytes.length, LOOKED_AT);
  if (end < FEWEST) {
    return null;
  }
  const seen = new Set<number>();
  let [stretch, again] = [0, 0];
  for (let at = 0; at < end; at++) {
    stretch = (stretch % WITHOUT_FIRST) * 256 + bytes[at]!;
    if (at >= STRETCH - 1) {
      again += seen.has(stretch) ? 1 : 0;
      seen.add(stretch);
    }
  }
  return again / (end - STRETCH + 1);
}
