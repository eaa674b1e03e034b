import { Worker } from 'node:worker_threads';
import { GatewayError } from '../gateway-error';

/** What the worker thread answers to an Arrow IPC stream. */
export type EncoderReply =
  | {
      readonly kind: 'encoded';
      /** A complete Parquet file; its buffer is transferred. */
      readonly file: Uint8Array<ArrayBuffer>;
      /** Of the worker's WebAssembly; it never shrinks. */
      readonly memoryBytes: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Beyond this a worker is replaced after its job, since WebAssembly gives no memory back. */
const MEMORY_CEILING_BYTES = 768 * 2 ** 20;

/** One worker thread that encodes one row group at a time. It starts with its first job, and anew after it died. */
export class Encoder {
  #worker: Worker | null = null;
  #job: { resolve(reply: EncoderReply): void; reject(error: unknown): void } | null = null;

  constructor(private readonly workerFile: string) {}

  /**
   * Gives a Parquet file for an Arrow IPC stream, whose buffer is transferred whole. Aborting ends the thread.
   * Throws GatewayError `export-incomplete`, or the reason of `signal`.
   */
  async encode(stream: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const abort = () => this.#job?.reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      const reply = await this.#ask(stream);
      if (reply.kind === 'failed') {
        throw notWritten(reply.reason);
      }
      if (reply.memoryBytes > MEMORY_CEILING_BYTES) {
        await this.dispose();
      }
      return reply.file;
    } catch (error) {
      await this.dispose();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the thread; a later `encode` starts another. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #ask(stream: Uint8Array<ArrayBuffer>): Promise<EncoderReply> {
    return new Promise<EncoderReply>((resolve, reject) => {
      this.#job = { resolve, reject };
      this.#worker ??= this.#start();
      this.#worker.postMessage(stream, [stream.buffer]);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.workerFile);
    const died = (reason: string) => {
      if (this.#worker === worker) {
        this.#worker = null;
        this.#job?.reject(stopped(reason));
      }
    };
    worker.on('message', (reply: EncoderReply) => this.#job?.resolve(reply));
    worker.on('error', error => died(error.message));
    worker.on('exit', code => died(`exit code ${code}`));
    return worker;
  }
}

function notWritten(reason: string): GatewayError {
  return new GatewayError('export-incomplete', 'The rows could not be written as Parquet.', {
    detail: reason,
    action: 'Cast the column that the details name to text, or leave it out, and export again.'
  });
}

function stopped(reason: string): GatewayError {
  return new GatewayError('export-incomplete', 'The Parquet encoder stopped in the middle of its work.', {
    detail: reason,
    action: 'Export again; if it stops again, export fewer columns or close notebooks that fill the memory.'
  });
}
