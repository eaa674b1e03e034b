import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { QueryRequest } from '../../contract/query';
import { GatewayError } from '../gateway-error';
import { Result } from './result';

/** `results-`, the process that writes there, and random characters. */
const OWN_DIRECTORY = /^results-(\d+)-\w{6}$/;
/** Finished results kept at most; the oldest goes first. */
const RESULTS_KEPT = 200;

/** All results of this gateway, on disk within a budget of bytes, private to the user. */
export class ResultStore {
  private readonly results = new Map<string, Result>();

  private constructor(
    private readonly directory: string,
    readonly budgetBytes: number,
    private readonly now: () => number
  ) {}

  /** Keeps results in a directory of its own inside `parent`, and removes those that killed gateways left there. */
  static async open(parent: string, budgetBytes: number, now: () => number): Promise<ResultStore> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    for (const name of await readdir(parent)) {
      const [, pid] = OWN_DIRECTORY.exec(name) ?? [];
      if (pid && !isAlive(Number(pid))) {
        await rm(path.join(parent, name), { recursive: true, force: true });
      }
    }
    const directory = await mkdtemp(path.join(parent, `results-${process.pid}-`));
    return new ResultStore(directory, budgetBytes, now);
  }

  add(request: QueryRequest): Result {
    const result = new Result(randomUUID(), request, this.now(), this.now);
    this.results.set(result.id, result);
    if (this.results.size > RESULTS_KEPT) {
      this.finished()
        .slice(0, 1)
        .forEach(oldest => this.forget(oldest));
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
    let used = [...this.results.values()].reduce((sum, result) => sum + result.takenBytes, 0);
    for (const result of this.finished()) {
      if (used + bytes <= this.budgetBytes) {
        return;
      }
      used -= result.takenBytes;
      this.forget(result);
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
      await result.rows?.remove();
    }
  }

  /** Ends everything and removes the directory. */
  async close(): Promise<void> {
    await Promise.all([...this.results.keys()].map(id => this.release(id)));
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A file that cannot be removed now goes with the directory. */
  private forget(result: Result): void {
    this.release(result.id).catch(() => undefined);
  }

  /** Those that nobody reads, the oldest first. */
  private finished(): readonly Result[] {
    return [...this.results.values()].filter(result => result.final && result.readers === 0);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
