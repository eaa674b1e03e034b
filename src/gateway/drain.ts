import type { IpcEncoder } from './arrow/ipc';
import type { BatchBuilder } from './columns/batch';
import type { RowSink } from './postgres/message-tap';
import type { Session } from './postgres/session';
import type { Cells } from './postgres/data-row';
import type { BatchSink } from './results/row-stream';
import { Spooler } from './results/spooler';
import type { ResultStore } from './results/store';

/** What rows become on their way, and how many of them are wanted. */
export interface DrainTarget {
  readonly builder: BatchBuilder;
  readonly encoder: IpcEncoder;
  readonly spool: BatchSink;
  readonly rowLimit: number;
}

/** Reads one statement's rows as fast as the server sends them, up to the row limit. */
export class Drain {
  truncated = false;
  private failure: unknown = null;
  /** The session serves somebody else by now. */
  private over = false;
  private readonly spooler: Spooler;
  private readonly limit: number;

  constructor(
    private readonly session: Session,
    { builder, encoder, spool, rowLimit }: DrainTarget,
    store: ResultStore
  ) {
    this.limit = rowLimit;
    this.spooler = new Spooler(builder, encoder, spool, {
      pause: () => session.pause(),
      resume: () => {
        if (!this.over) {
          session.resume();
        }
      },
      fail: error => this.fail(error),
      reserve: bytes => store.reserve(bytes)
    });
  }

  /** Rows taken by now. */
  get rows(): number {
    return this.spooler.rows;
  }

  /** Gives `execute` where its rows go, and resolves with its command tag once all of them are stored. */
  async run(execute: (sink: RowSink) => Promise<string>): Promise<string> {
    let command = '';
    try {
      command = await execute(cells => this.take(cells));
    } catch (error) {
      if (!this.truncated || this.failure) {
        this.leave();
        this.spooler.abandon();
        throw this.failure ?? error;
      }
    }
    await this.spooler
      .finish()
      .catch((error: unknown) => {
        // What is missing at the end is missing because of the first failure.
        throw this.failure ?? error;
      })
      .finally(() => this.leave());
    if (this.failure) {
      throw this.failure;
    }
    return this.truncated ? `SELECT ${this.spooler.rows}` : command;
  }

  private take(cells: Cells): void {
    const room = this.limit - this.spooler.rows;
    if (cells.rows > room) {
      // One row more than asked for exists: the result is cut here, and the server need not go on.
      this.truncated = true;
      cells.rows = room;
      void this.session.cancel();
    }
    if (cells.rows > 0) {
      try {
        this.spooler.take(cells);
      } catch (error) {
        // A cancelled statement looks the same whether it was cut or has failed; this tells them apart.
        this.failure ??= error;
        this.spooler.abandon();
        throw error;
      }
    }
  }

  /** Writes that end later concern the session no more. */
  private leave(): void {
    this.over = true;
    this.session.resume();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    if (!this.over) {
      void this.session.cancel();
    }
  }
}
