import { Worker } from 'node:worker_threads';
import { GatewayError } from '../gateway-error';
import { type StoredPlace } from './stored-result';
import { type ViewAnswers, type ViewJob, type ViewReply, type ViewTask } from './view-job';

interface Waiting {
  readonly job: ViewJob;
  resolve(answer: never): void;
  reject(error: unknown): void;
}

/** An idle thread gives its memory back after this time. */
const IDLE_MS = 60_000;

/** One worker thread that takes one job after another. It starts with its first job, and anew after it was stopped. */
export class ViewThread {
  #worker: Worker | null = null;
  #nextId = 1;
  #idle: NodeJS.Timeout | undefined;
  /** The first of them is at work. */
  #jobs: Waiting[] = [];

  /** `workerFile` is the built `view-worker.js`. */
  constructor(private readonly workerFile: string) {}

  /** Throws what the job throws, as GatewayError, or the reason of `signal`; a job at work is stopped with its thread. */
  async ask<K extends keyof ViewAnswers>(
    place: StoredPlace,
    task: ViewTask & { readonly kind: K },
    signal: AbortSignal
  ): Promise<ViewAnswers[K]> {
    signal.throwIfAborted();
    const job = { id: this.#nextId++, place, task };
    const abort = () => this.#giveUp(job, signal.reason);
    signal.addEventListener('abort', abort);
    try {
      return await new Promise<ViewAnswers[K]>((resolve, reject) => {
        this.#jobs.push({ job, resolve, reject });
        if (this.#jobs.length === 1) this.#begin();
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async dispose(): Promise<void> {
    const jobs = this.#jobs;
    this.#jobs = [];
    jobs.forEach(({ reject }) => reject(stopped('it is being closed')));
    await this.#stop();
  }

  #begin(): void {
    clearTimeout(this.#idle);
    const [first] = this.#jobs;
    if (first) {
      this.#worker ??= this.#start();
      this.#worker.postMessage(first.job);
    } else {
      this.#idle = setTimeout(() => void this.#stop(), IDLE_MS).unref();
    }
  }

  #giveUp(job: ViewJob, reason: unknown): void {
    const at = this.#jobs.findIndex(waiting => waiting.job === job);
    const [given] = at < 0 ? [] : this.#jobs.splice(at, 1);
    given?.reject(reason);
    if (at === 0) {
      void this.#stop();
      this.#begin();
    }
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const [first] = this.#jobs;
    if (first?.job.id === id) {
      this.#jobs.shift();
      settle(first);
      this.#begin();
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.workerFile);
    worker.unref();
    const died = (reason: string) => {
      if (this.#worker === worker) {
        this.#worker = null;
        const [first] = this.#jobs;
        if (first) this.#settle(first.job.id, ({ reject }) => reject(stopped(reason)));
      }
    };
    worker.on('message', (reply: ViewReply) =>
      this.#settle(reply.id, ({ resolve, reject }) => {
        if ('error' in reply) reject(new GatewayError(reply.error.code, reply.error.message, reply.error));
        else resolve(reply.answer as never);
      })
    );
    worker.on('error', error => died(error.message));
    worker.on('exit', code => died(`exit code ${code}`));
    return worker;
  }
}

function stopped(reason: string): GatewayError {
  return new GatewayError('internal', 'The rows could not be sorted, filtered or counted.', {
    detail: reason,
    action: 'Try again; close notebooks that fill the memory if it happens again.'
  });
}
