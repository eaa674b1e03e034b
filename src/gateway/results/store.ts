import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { QueryRequest } from '../../contract/query';
import { GatewayError } from '../gateway-error';
import { adoptResults, removeIndex, writeIndex } from './kept-results';
import { isOccupied, type OccupiedDirectory, occupyDirectory } from './occupied-directory';
import { Result } from './result';

/** `results-`, the process that writes there, and random characters. */
const OWN_DIRECTORY = /^results-(\d+)-\w{6}$/;
/** Finished results kept at most; the oldest goes first. */
const RESULTS_KEPT = 200;

/** All results of this gateway, on disk within a budget of bytes, private to the user. */
export class ResultStore {
  private readonly results = new Map<string, Result>();
  /** Indexes that are being written. */
  private readonly keeping = new Map<Result, Promise<void>>();

  private constructor(
    private readonly place: OccupiedDirectory,
    readonly budgetBytes: number,
    private readonly now: () => number
  ) {}

  /**
   * Keeps results in a directory of its own inside `parent`. Of what gateways that have ended left there it adopts the
   * results that were to be kept, and removes the rest.
   */
  static async open(parent: string, budgetBytes: number, now: () => number): Promise<ResultStore> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const place = await occupyDirectory(parent, `results-${process.pid}-`);
    const store = new ResultStore(place, budgetBytes, now);
    for (const name of await readdir(parent)) {
      const left = path.join(parent, name);
      if (left !== place.directory && (await isAbandoned(left))) {
        await store.takeOver(left);
      }
    }
    // More than the budget when that is smaller now.
    store.giveUpBeyond(budgetBytes);
    return store;
  }

  /** Only one of those who start at once gets the directory; nobody else looks into ours. */
  private async takeOver(left: string): Promise<void> {
    const taken = path.join(this.place.directory, path.basename(left));
    try {
      await rename(left, taken);
      for (const result of await adoptResults(taken, this.place.directory, this.now)) {
        this.results.set(result.id, result);
      }
      await rm(taken, { recursive: true, force: true });
    } catch {
      // Somebody else was faster, or it is not ours: what cannot be had is not adopted.
    }
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
    return path.join(this.place.directory, `${result.id}-${randomUUID().slice(0, 8)}.arrows`);
  }

  /** A result that is done is still there after a restart, if its request wants that. Throws when that cannot be. */
  async keep(result: Result): Promise<void> {
    if (result.request.keep && result.spool && this.results.has(result.id)) {
      const written = writeIndex(result, result.spool).finally(() => this.keeping.delete(result));
      this.keeping.set(result, written);
      await written;
    }
  }

  /** Makes room for `bytes` more, giving finished results up, the oldest first. Throws when that is not enough. */
  reserve(bytes: number): void {
    if (this.giveUpBeyond(this.budgetBytes - bytes) > this.budgetBytes - bytes) {
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
      if (result.spool && result.request.keep) {
        await this.keeping.get(result)?.catch(() => undefined);
        await removeIndex(result.spool);
      }
      await result.rows?.remove();
    }
  }

  /** Ends everything; of the directory only what is to be kept for the next gateway stays. */
  async close(): Promise<void> {
    const kept = [...this.results.values()].filter(isKept);
    await Promise.all(kept.map(result => this.leave(result)));
    await Promise.all([...this.results.keys()].map(id => this.release(id)));
    if (kept.length === 0) {
      await rm(this.place.directory, { recursive: true, force: true });
    }
    this.place.leave();
  }

  private async leave(result: Result): Promise<void> {
    // Also one that is done only just now has its index then.
    await (this.keeping.get(result) ?? this.keep(result)).catch(() => undefined);
    this.results.delete(result.id);
    await result.spool?.leave();
  }

  /** Gives finished results up, the oldest first, until those left take no more than `bytes`; returns what they take. */
  private giveUpBeyond(bytes: number): number {
    let used = [...this.results.values()].reduce((sum, result) => sum + result.takenBytes, 0);
    for (const result of this.finished()) {
      if (used > bytes) {
        used -= result.takenBytes;
        this.forget(result);
      }
    }
    return used;
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

function isKept(result: Result): boolean {
  return result.request.keep && result.status().state === 'done' && result.spool !== null;
}

/** Whether its gateway has ended. Without a socket its process id tells; one with our own was another process. */
async function isAbandoned(directory: string): Promise<boolean> {
  const pid = Number(OWN_DIRECTORY.exec(path.basename(directory))?.[1] ?? 0);
  return pid > 0 && !((await isOccupied(directory)) ?? (pid !== process.pid && isAlive(pid)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
