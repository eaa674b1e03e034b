import { Encoder } from './encoder';

/**
 * A bounded number of encoder threads, shared by all exports. They run while an export does and end with
 * the last one, so that an idle gateway holds none of their memory.
 */
export class EncoderPool {
  readonly #idle: Encoder[];
  readonly #waiting: ((encoder: Encoder) => void)[] = [];
  readonly #encoders: readonly Encoder[];
  #streams = 0;

  /** `workerFile` is the built `row-group-worker.js`, with `parquet_wasm_bg.wasm` beside it. */
  constructor(
    workerFile: string,
    readonly size: number
  ) {
    this.#encoders = Array.from({ length: size }, () => new Encoder(workerFile));
    this.#idle = [...this.#encoders];
  }

  /**
   * Turns each Arrow IPC stream into a Parquet file, in order. At most `size` are being encoded while the next
   * is being read. The buffers of the streams are transferred. Throws what `streams` throws, GatewayError
   * `export-incomplete` when an encoder fails, or the reason of `signal`.
   */
  async *encodeAll(
    streams: AsyncIterable<Uint8Array<ArrayBuffer>>,
    signal: AbortSignal
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const inFlight: Promise<Uint8Array>[] = [];
    this.#streams++;
    try {
      for await (const stream of streams) {
        if (inFlight.length >= this.size) {
          yield* first(inFlight);
        }
        const encoding = this.#encode(stream, either);
        // Its failure is thrown when its turn comes, or never when an earlier one has failed.
        encoding.catch(() => undefined);
        inFlight.push(encoding);
      }
      while (inFlight.length > 0) {
        yield* first(inFlight);
      }
    } finally {
      ended.abort();
      await Promise.allSettled(inFlight);
      if (--this.#streams === 0) {
        await this.dispose();
      }
    }
  }

  /** Ends the threads; what they were encoding fails. */
  async dispose(): Promise<void> {
    await Promise.all(this.#encoders.map(encoder => encoder.dispose()));
  }

  async #encode(stream: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Uint8Array> {
    const encoder = this.#idle.pop() ?? (await new Promise<Encoder>(resolve => this.#waiting.push(resolve)));
    try {
      return await encoder.encode(stream, signal);
    } finally {
      const next = this.#waiting.shift();
      if (next) {
        next(encoder);
      } else {
        this.#idle.push(encoder);
      }
    }
  }
}

async function* first(inFlight: Promise<Uint8Array>[]): AsyncGenerator<Uint8Array, void, undefined> {
  const encoding = inFlight.shift();
  if (encoding) {
    yield await encoding;
  }
}
