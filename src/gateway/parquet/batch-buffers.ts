/** Buffers are this much longer than asked for, so that the next, somewhat longer batch fits too. */
const ROUND_TO_BYTES = 2 ** 20;

/**
 * The memory in which batches travel to an encoder thread and come back from it. It is bounded, so that a source that is
 * faster than the encoder waits; and used again, since memory left to the garbage collector goes late.
 */
export class BatchBuffers {
  #lentBytes = 0;
  #free: ArrayBuffer[] = [];
  #waiting: (() => void)[] = [];

  constructor(private readonly limitBytes: number) {}

  /** A buffer of at least `bytes` once there is room; one that is larger than the limit when nothing else is lent. */
  async take(bytes: number, signal: AbortSignal): Promise<ArrayBuffer> {
    while (this.#lentBytes > 0 && this.#lentBytes + bytes > this.limitBytes) {
      signal.throwIfAborted();
      await this.#change(signal);
    }
    signal.throwIfAborted();
    const buffer = this.#fitting(bytes);
    this.#lentBytes += buffer.byteLength;
    return buffer;
  }

  giveBack(buffer: ArrayBuffer): void {
    this.#lentBytes -= buffer.byteLength;
    this.#free.push(buffer);
    this.#waiting.splice(0).forEach(wake => wake());
  }

  #fitting(bytes: number): ArrayBuffer {
    const index = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    const [buffer] = index < 0 ? [] : this.#free.splice(index, 1);
    if (buffer) {
      return buffer;
    }
    // They are all too short, and batches seldom become shorter.
    this.#free = [];
    return new ArrayBuffer(Math.ceil(bytes / ROUND_TO_BYTES) * ROUND_TO_BYTES);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.push(wake);
    });
  }
}
