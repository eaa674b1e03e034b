import { type Portal } from './postgres/portal';
import type { RowSink } from './postgres/message-tap';
import type { Session } from './postgres/session';
import { Drain, type DrainTarget } from './drain';
import type { Result } from './results/result';
import type { Spool } from './results/spool';
import type { SpoolWindow } from './results/spool-window';
import type { ResultStore } from './results/store';

/** The first fetch shows how large rows are; the number then grows by this factor at most. */
const FIRST_FETCH_ROWS = 64;
const GROWTH = 4;
/** Of Arrow; two parts and the fetch that ends one must fit into the budget. */
const PART_BYTES = 64 * 2 ** 20;
const PARTS_OF_BUDGET = 4;
/** A fetch that is cut in the middle ends the statement, so it fits even if all its rows are suddenly this large. */
const LARGE_ROW_BYTES = 32 * 2 ** 10;
/** Rows can grow further than that; with the usual budget a fetch of this many has room for 160 kB each. */
const FETCH_ROWS = 65_536;

/** What `drainThroughWindow` reads and where to. */
export interface WindowedStatement extends Omit<DrainTarget, 'spool'> {
  readonly portal: Portal;
  readonly window: SpoolWindow;
  /** The statement is ended when its reader takes nothing for this time. */
  readonly readerPauseMs: number;
}

/**
 * Reads a statement part by part, the next one only when there is room for all of it, so that a reader that stalls never
 * leaves the server in the middle of a row. Resolves with the command tag; rows are counted here, since the server's tag
 * counts the last fetch only.
 */
export async function drainThroughWindow(
  session: Session,
  statement: WindowedStatement,
  result: Result,
  store: ResultStore
): Promise<{ readonly command: string; readonly truncated: boolean }> {
  const { portal, window, builder, rowLimit, readerPauseMs } = statement;
  const partBytes = Math.min(PART_BYTES, store.budgetBytes / PARTS_OF_BUDGET);
  const mostRows = atLeastOne(Math.min(FETCH_ROWS, (store.budgetBytes - 2 * partBytes) / LARGE_ROW_BYTES));
  let fetchRows = Math.min(FIRST_FETCH_ROWS, mostRows);
  /** Fetches until the part is full. */
  const fillPart = async (spool: Spool, drain: Drain, sink: RowSink): Promise<string> => {
    const taken = () => spool.takenBytes + builder.sizeBytes;
    for (;;) {
      const before = taken();
      const command = await session.fetch(portal, fetchRows, sink);
      const rowBytes = Math.max(1, (taken() - before) / fetchRows);
      fetchRows = atLeastOne(Math.min(GROWTH * fetchRows, mostRows, partBytes / rowBytes));
      if (drain.truncated || !portal.suspended || taken() + fetchRows * rowBytes > partBytes) {
        return command;
      }
      result.signal.throwIfAborted();
    }
  };
  for (let rows = 0; ;) {
    const spool = await window.open(store.pathFor(result), () => result.grown());
    const drain = new Drain(session, { ...statement, spool, rowLimit: rowLimit - rows }, store);
    const command = await drain.run(sink => fillPart(spool, drain, sink));
    rows += spool.rows;
    if (drain.truncated || !portal.suspended) {
      window.complete();
      return { command: command.replace(/\d+$/, String(rows)), truncated: drain.truncated };
    }
    // One part is read while the next one is written.
    await window.shrunkTo(partBytes, result.signal, readerPauseMs);
  }
}

function atLeastOne(rows: number): number {
  return Math.max(1, Math.floor(rows));
}
