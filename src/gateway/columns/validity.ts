import type { Data } from 'apache-arrow';
import { batchMemory, grown } from './batch-memory';

/** A growing Arrow validity bitmap: all valid until a NULL clears a bit; left out when there was none. */
export class Validity {
  private bits: Uint8Array<ArrayBuffer> | null = null;
  nullCount = 0;

  clear(row: number): void {
    const byte = row >> 3;
    const bits = this.bits && byte < this.bits.length ? this.bits : this.grow(byte + 1);
    bits[byte]! &= ~(1 << (row & 7));
    this.nullCount++;
  }

  /** The bitmap of `rows` rows, or undefined without NULLs; starts again empty. */
  finish(rows: number): { readonly nullCount: number; readonly nullBitmap: Uint8Array | undefined } {
    const { nullCount } = this;
    if (nullCount === 0) {
      return { nullCount: 0, nullBitmap: undefined };
    }
    const bytes = (rows + 7) >> 3;
    const bits = this.bits && bytes <= this.bits.length ? this.bits : this.grow(bytes);
    this.bits = null;
    this.nullCount = 0;
    return { nullCount, nullBitmap: bits.subarray(0, bytes) };
  }

  /** Takes the memory of what `finish` gave back. */
  reuse({ nullBitmap }: Data): void {
    if (nullBitmap) {
      batchMemory.give(nullBitmap.buffer);
    }
  }

  private grow(bytes: number): Uint8Array<ArrayBuffer> {
    const used = this.bits?.length ?? 0;
    const buffer = this.bits ? grown(this.bits.buffer, used, bytes) : batchMemory.take(bytes);
    return (this.bits = new Uint8Array(buffer).fill(0xff, used));
  }
}
