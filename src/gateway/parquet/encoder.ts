import { Worker } from 'node:worker_threads';
import { END_OF_STREAM } from '../arrow/ipc';
import { GatewayError } from '../gateway-error';
import { BatchBuffers } from './batch-buffers';
import type { EncoderReply, EncoderRequest, Encoding } from './worker-messages';

/** What the encoding says, with the rows that it has. */
export interface EncodedRowGroup {
  /** In a buffer of its own. */
  readonly encoded: Uint8Array<ArrayBuffer>;
  readonly rows: number;
}

/** A row group that an encoder thread is at work on. */
export interface RowGroupWork {
  /**
   * Hands over a batch as an encapsulated Arrow message, which is copied before this waits. Resolves when there is room for
   * another. Throws GatewayError `export-incomplete`, or what `abandon` was given.
   */
  add(message: Uint8Array): Promise<void>;
  /** Throws as `add` does. */
  finish(): Promise<EncodedRowGroup>;
  /** Ends the work; what waits for it is thrown `reason`. */
  abandon(reason: unknown): void;
}

interface Job {
  readonly ended: AbortController;
  encoded(rowGroup: EncodedRowGroup): void;
  failed(reason: unknown): void;
}

/** Beyond this a thread is replaced when it has nothing to do, since WebAssembly gives no memory back. */
const MEMORY_CEILING_BYTES = 512 * 2 ** 20;

/** One thread that encodes row groups. It starts with its first one, and anew after it died. */
export class Encoder {
  #worker: Worker | null = null;
  #buffers: BatchBuffers;
  #next = 0;
  #memoryBytes = 0;
  readonly #jobs = new Map<number, Job>();

  /** Batches of `aheadBytes` may be on their way to the thread. */
  constructor(
    private readonly workerFile: string,
    private readonly aheadBytes: number
  ) {
    this.#buffers = new BatchBuffers(aheadBytes);
  }

  /** Row groups that are being encoded. */
  get busy(): number {
    return this.#jobs.size;
  }

  /** Begins a row group whose columns are those of the encapsulated message `schema`. */
  begin(schema: Uint8Array, encoding: Encoding): RowGroupWork {
    if (this.busy === 0 && this.#memoryBytes > MEMORY_CEILING_BYTES) {
      void this.dispose();
    }
    const rowGroup = this.#next++;
    const { job, encoded } = this.#open(rowGroup);
    this.#send({ kind: 'open', rowGroup, schema: Buffer.concat([schema, END_OF_STREAM]), encoding });
    return {
      add: async message => {
        const { signal } = job.ended;
        const bytes = schema.length + message.length + END_OF_STREAM.length;
        const buffer = await this.#buffers.take(bytes, signal);
        const stream = new Uint8Array(buffer, 0, bytes);
        stream.set(schema);
        stream.set(message, schema.length);
        stream.set(END_OF_STREAM, bytes - END_OF_STREAM.length);
        this.#send({ kind: 'batch', rowGroup, stream }, buffer);
      },
      finish: () => {
        if (!job.ended.signal.aborted) {
          this.#send({ kind: 'finish', rowGroup });
        }
        return encoded;
      },
      abandon: reason => {
        if (this.#jobs.delete(rowGroup)) {
          job.failed(reason);
          this.#send({ kind: 'abandon', rowGroup });
        }
      }
    };
  }

  /** Ends the thread, and what it was encoding fails; a later `begin` starts another. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#forget(stopped('it was ended'));
    await worker?.terminate();
  }

  #open(rowGroup: number): { job: Job; encoded: Promise<EncodedRowGroup> } {
    const ended = new AbortController();
    const { promise: encoded, resolve, reject } = deferred<EncodedRowGroup>();
    // Thrown by `finish` or `add`, or by nobody when the file is given up.
    encoded.catch(() => undefined);
    const job: Job = {
      ended,
      encoded: resolve,
      failed: reason => {
        ended.abort(reason);
        reject(reason);
      }
    };
    this.#jobs.set(rowGroup, job);
    return { job, encoded };
  }

  /** Starts the thread, unless it runs. */
  start(): void {
    this.#worker ??= this.#thread();
  }

  #send(request: EncoderRequest, ...transfer: ArrayBuffer[]): void {
    this.start();
    this.#worker?.postMessage(request, transfer);
  }

  #thread(): Worker {
    const worker = new Worker(this.workerFile);
    const died = (reason: string) => {
      if (this.#worker === worker) {
        this.#forget(stopped(reason));
      }
    };
    worker.on('message', (reply: EncoderReply) => {
      if (this.#worker === worker) {
        this.#hear(reply);
      }
    });
    worker.on('error', error => died(error.message));
    worker.on('exit', code => died(`exit code ${code}`));
    return worker;
  }

  #hear(reply: EncoderReply): void {
    if (reply.kind === 'taken') {
      this.#buffers.giveBack(reply.buffer);
      return;
    }
    const job = this.#jobs.get(reply.rowGroup);
    this.#jobs.delete(reply.rowGroup);
    if (reply.kind === 'encoded') {
      this.#memoryBytes = reply.memoryBytes;
      job?.encoded(reply);
    } else {
      job?.failed(notWritten(reply.reason));
    }
  }

  /** The thread is gone, and with it the buffers it had. */
  #forget(reason: GatewayError): void {
    this.#worker = null;
    this.#memoryBytes = 0;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#buffers = new BatchBuffers(this.aheadBytes);
    jobs.forEach(job => job.failed(reason));
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function notWritten(reason: string): GatewayError {
  return new GatewayError('export-incomplete', 'The rows could not be encoded.', {
    detail: reason,
    action: 'Cast the column that the details name to text, or leave it out, and export again.'
  });
}

function stopped(reason: string): GatewayError {
  return new GatewayError('export-incomplete', 'The encoder stopped in the middle of its work.', {
    detail: reason,
    action: 'Export again; if it stops again, export fewer columns or close notebooks that fill the memory.'
  });
}
