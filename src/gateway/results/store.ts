import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { QueryRequest } from '../../contract/query';
import { GatewayError } from '../gateway-error';
import { Result } from './result';

/** Finished results kept at most; the oldest goes first. */
const RESULTS_KEPT = 200;

/** All results of this gateway, on disk within a budget of bytes, private to the user. */
export class ResultStore {
  private readonly results = new Map<string, Result>();

  private constructor(
    private readonly directory: string,
    private readonly budgetBytes: number,
    private readonly now: () => number
  ) {}

  /** Starts with an empty directory. */
  static async open(directory: string, budgetBytes: number, now: () => number): Promise<ResultStore> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new ResultStore(directory, budgetBytes, now);
  }

  add(request: QueryRequest): Result {
    const result = new Result(randomUUID(), request, this.now(), this.now);
    this.results.set(result.id, result);
    if (this.results.size > RESULTS_KEPT) {
      this.finished()
        .slice(0, 1)
        .forEach(oldest => void this.release(oldest.id));
    }
    return result;
  }

  get(id: string): Result {
    const result = this.results.get(id);
    if (!result) {
      throw new GatewayError('result-expired', 'This result is no longer kept.', {
        subject: id,
        action: 'Run the query again.'
      });
    }
    return result;
  }

  running(): readonly Result[] {
    return [...this.results.values()].filter(result => !result.final);
  }

  /** A new file for the rows of `result`. A statement that is run again gets another. */
  pathFor(result: Result): string {
    return path.join(this.directory, `${result.id}-${randomUUID().slice(0, 8)}.arrows`);
  }

  /** Makes room for `bytes` more, giving finished results up, the oldest first. Throws when that is not enough. */
  reserve(bytes: number): void {
    let used = [...this.results.values()].reduce((sum, result) => sum + result.sizeBytes, 0);
    for (const result of this.finished()) {
      if (used + bytes <= this.budgetBytes) {
        return;
      }
      used -= result.sizeBytes;
      void this.release(result.id);
    }
    if (used + bytes > this.budgetBytes) {
      throw new GatewayError(
        'result-too-large',
        `The result needs more than the ${Math.round(this.budgetBytes / 2 ** 20)} MB that results may take on this machine.`,
        {
          action:
            'Set a row limit, select fewer columns, or raise JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB where the disk has room.'
        }
      );
    }
  }

  /** Ends the query if it runs and removes its rows. Idempotent. */
  async release(id: string): Promise<void> {
    const result = this.results.get(id);
    if (result) {
      this.results.delete(id);
      result.cancel();
      await result.until();
      await result.spool?.remove();
    }
  }

  /** Ends everything and removes the directory. */
  async close(): Promise<void> {
    await Promise.all([...this.results.keys()].map(id => this.release(id)));
    await rm(this.directory, { recursive: true, force: true });
  }

  private finished(): readonly Result[] {
    return [...this.results.values()].filter(result => result.final);
  }
}
