import { Encoder, type RowGroupWork } from './encoder';
import type { Encoding } from './worker-messages';

/** Of Arrow batches on their way to a thread: two; with several threads, one must not wait for another's row group. */
const AHEAD_BYTES = 8 * 2 ** 20;
const AHEAD_BYTES_OF_SEVERAL = 48 * 2 ** 20;
/**
 * Threads are kept so long after the last file, for the next one: a fresh thread takes 0.3 to 0.4 s of processor time more for its
 * first row groups, until WebAssembly and JavaScript are optimized. Kept, they hold some 60 MB.
 */
const KEPT_MS = 30_000;

/**
 * A bounded number of encoder threads, shared by all exports. They run while an export does and end half a minute after
 * the last one, so that an idle gateway holds none of their memory.
 */
export class EncoderPool {
  readonly #encoders: readonly Encoder[];
  #files = 0;
  #end: NodeJS.Timeout | undefined;

  /** `workerFile` is the built `row-group-worker.js`, with `parquet_codec.wasm` beside it. */
  constructor(
    workerFile: string,
    readonly size: number
  ) {
    const ahead = size === 1 ? AHEAD_BYTES : AHEAD_BYTES_OF_SEVERAL;
    this.#encoders = Array.from({ length: size }, () => new Encoder(workerFile, ahead));
  }

  /** Keeps the threads until the function it gives is called, and starts the first: WebAssembly is compiled meanwhile. */
  retain(): () => void {
    this.#files++;
    clearTimeout(this.#end);
    this.#encoders[0]?.start();
    let held = true;
    return () => {
      if (held) {
        held = false;
        if (--this.#files === 0) {
          this.#end = setTimeout(() => void this.dispose(), KEPT_MS).unref();
        }
      }
    };
  }

  /** Begins a row group in the thread that has the fewest. */
  begin(schema: Uint8Array, encoding: Encoding): RowGroupWork {
    const [freest] = [...this.#encoders].sort((a, b) => a.busy - b.busy);
    if (!freest) {
      throw new RangeError('a pool needs at least one encoder');
    }
    return freest.begin(schema, encoding);
  }

  /** Ends the threads; what they were encoding fails. */
  async dispose(): Promise<void> {
    clearTimeout(this.#end);
    await Promise.all(this.#encoders.map(encoder => encoder.dispose()));
  }
}
