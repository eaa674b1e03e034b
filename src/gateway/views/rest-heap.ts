/** Smaller values share a chunk of memory of this size. */
const CHUNK_BYTES = 4 * 2 ** 20;
const NOTHING = new Uint8Array(0);

/** Bytes of rows, some empty, within a bound of memory. */
export class RestHeap {
  private readonly chunks: Uint8Array[] = [];
  private readonly chunkOf: Uint32Array;
  private readonly startOf: Uint32Array;
  private readonly lengthOf: Uint32Array;
  private used = CHUNK_BYTES;
  private kept = 0;

  constructor(
    rows: number,
    private readonly most: number
  ) {
    this.chunkOf = new Uint32Array(rows);
    this.startOf = new Uint32Array(rows);
    this.lengthOf = new Uint32Array(rows);
  }

  get isEmpty(): boolean {
    return this.kept === 0;
  }

  length(row: number): number {
    return this.lengthOf[row]!;
  }

  /** False when there is no room. */
  keep(row: number, bytes: Uint8Array): boolean {
    if (bytes.length === 0) {
      return true;
    }
    this.kept += bytes.length;
    if (this.kept > this.most) {
      return false;
    }
    if (this.used + bytes.length > CHUNK_BYTES) {
      this.chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, bytes.length)));
      this.used = 0;
    }
    this.chunks.at(-1)!.set(bytes, this.used);
    this.chunkOf[row] = this.chunks.length - 1;
    this.startOf[row] = this.used;
    this.lengthOf[row] = bytes.length;
    this.used += bytes.length;
    return true;
  }

  compare(one: number, other: number): number {
    const [left, right] = [this.chunkAt(one), this.chunkAt(other)];
    const [leftFrom, rightFrom] = [this.startOf[one]!, this.startOf[other]!];
    const shorter = Math.min(this.lengthOf[one]!, this.lengthOf[other]!);
    for (let at = 0; at < shorter; at++) {
      const difference = left[leftFrom + at]! - right[rightFrom + at]!;
      if (difference !== 0) {
        return difference;
      }
    }
    return this.lengthOf[one]! - this.lengthOf[other]!;
  }

  text(row: number): string {
    const from = this.startOf[row]!;
    return Buffer.from(this.chunkAt(row).subarray(from, from + this.lengthOf[row]!)).toString();
  }

  private chunkAt(row: number): Uint8Array {
    return this.chunks[this.chunkOf[row]!] ?? NOTHING;
  }
}
