/** A growing Arrow validity bitmap: all valid until a NULL clears a bit; left out when there was none. */
export class Validity {
  private bits = new Uint8Array(128).fill(0xff);
  nullCount = 0;

  clear(row: number): void {
    const byte = row >> 3;
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(Math.max(this.bits.length * 2, byte + 1)).fill(0xff);
      grown.set(this.bits);
      this.bits = grown;
    }
    this.bits[byte]! &= ~(1 << (row & 7));
    this.nullCount++;
  }

  /** The bitmap of `rows` rows, or undefined without NULLs; starts again empty. */
  finish(rows: number): { readonly nullCount: number; readonly nullBitmap: Uint8Array | undefined } {
    const { nullCount } = this;
    if (nullCount === 0) {
      return { nullCount: 0, nullBitmap: undefined };
    }
    const bytes = (rows + 7) >> 3;
    const nullBitmap = new Uint8Array(bytes).fill(0xff);
    nullBitmap.set(this.bits.subarray(0, bytes));
    this.bits = new Uint8Array(128).fill(0xff);
    this.nullCount = 0;
    return { nullCount, nullBitmap };
  }
}
