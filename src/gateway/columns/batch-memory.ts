/** Memory comes in powers of two from this size on. */
const SMALLEST_BYTES = 1024;
/** A buffer that one huge cell has made large is not kept. */
const LARGEST_KEPT_BYTES = 16 * 2 ** 20;
/** What is kept for later in all. */
const KEPT_BYTES = 32 * 2 ** 20;

/**
 * The memory that batches are built in, given back once they are written. Memory that is used again need not be mapped
 * and cleared by the system again, and the garbage collector, which is slow to see how much hangs on small objects, never
 * has to find it.
 */
export class BatchMemory {
  /** By the logarithm of their size. */
  private readonly free: ArrayBuffer[][] = Array.from({ length: 32 }, () => []);
  private keptBytes = 0;

  /** At least `bytes` of it, with whatever stands in it. */
  take(bytes: number): ArrayBuffer {
    const size = Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    const kept = this.free[Math.log2(size)]?.pop();
    this.keptBytes -= kept ? size : 0;
    return kept ?? new ArrayBuffer(size);
  }

  /** Takes back what `take` gave and nobody reads any more. */
  give(buffer: ArrayBufferLike): void {
    const size = buffer.byteLength;
    const ofPool =
      buffer instanceof ArrayBuffer && Number.isInteger(Math.log2(size)) && size >= SMALLEST_BYTES;
    if (ofPool && size <= LARGEST_KEPT_BYTES && this.keptBytes + size <= KEPT_BYTES) {
      this.free[Math.log2(size)]!.push(buffer);
      this.keptBytes += size;
    }
  }
}

/** That of this process: all results share it. */
export const batchMemory = new BatchMemory();

/** A buffer of a builder that holds nothing. */
export const NO_MEMORY = new ArrayBuffer(0);

/** Memory for one message after the other. With `lent` each is valid until the next one is taken, and the memory serves again. */
export class MessageMemory {
  private memory = NO_MEMORY;

  constructor(private readonly lent: boolean) {}

  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (!this.lent) {
      return new Uint8Array(bytes);
    }
    if (bytes > this.memory.byteLength) {
      batchMemory.give(this.memory);
      this.memory = batchMemory.take(bytes);
    }
    return new Uint8Array(this.memory, 0, bytes);
  }

  /** Gives what was lent back. */
  end(): void {
    batchMemory.give(this.memory);
    this.memory = NO_MEMORY;
  }
}

/** One twice as large or more, with the first `used` bytes of `buffer`, which is given back. */
export function grown(buffer: ArrayBuffer, used: number, atLeast: number): ArrayBuffer {
  const larger = batchMemory.take(Math.max(2 * buffer.byteLength, atLeast));
  new Uint8Array(larger).set(new Uint8Array(buffer, 0, used));
  batchMemory.give(buffer);
  return larger;
}
