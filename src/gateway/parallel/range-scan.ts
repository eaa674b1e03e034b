import type { WireFormat } from '../columns/type-map';
import { GatewayError } from '../gateway-error';
import { rowsOfTag } from '../postgres/command-tag';
import { cancelOn } from '../postgres/cancel-on';
import type { Session } from '../postgres/session';
import type { Collector } from './collector';
import { type BlockRange, ctidBounds } from './ranges';
import type { Team } from './team';

/** Reads ranges of one table over several sessions, each taking the next range when it has finished one. */
export class RangeScan {
  private next = 0;
  private failure: { readonly error: unknown } | null = null;
  private readonly stop = new AbortController();
  /** Those that have not given their sessions back. */
  private readonly working: Set<Session>;

  constructor(
    private readonly team: Team,
    private readonly ranges: readonly BlockRange[],
    private readonly formats: readonly WireFormat[],
    /** Ends the statements of all sessions. */
    private readonly signal: AbortSignal
  ) {
    this.working = new Set(team.sessions);
  }

  /** Resolves with the number of rows. What fails in one session ends all and is thrown once all have ended. */
  async run(collector: Collector): Promise<number> {
    try {
      await Promise.all(
        this.team.sessions.map(session =>
          this.work(session, collector)
            .catch(error => this.fail(error))
            .finally(() => this.team.dismiss(session))
        )
      );
      this.rethrow();
      return await collector.complete().catch((error: unknown) => {
        this.rethrow();
        throw error;
      });
    } finally {
      await collector.abandon();
    }
  }

  /** Ends all sessions' statements because of `error`; the first one counts. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.stop.abort();
  }

  pause(session: Session): void {
    if (this.working.has(session)) {
      session.pause();
    }
  }

  resume(session: Session): void {
    if (this.working.has(session)) {
      session.resume();
    }
  }

  resumeAll(): void {
    this.working.forEach(session => session.resume());
  }

  private rethrow(): void {
    this.signal.throwIfAborted();
    if (this.failure) {
      throw this.failure.error;
    }
  }

  private async work(session: Session, collector: Collector): Promise<void> {
    const signal = AbortSignal.any([this.signal, this.stop.signal]);
    const stopCancelling = cancelOn(signal, session);
    try {
      while (this.next < this.ranges.length && !signal.aborted) {
        const range = this.next++;
        const rows = await collector.open(session, range);
        // A range abandoned before it is read would look like one without rows.
        signal.throwIfAborted();
        const command = await session.execute(ctidBounds(this.ranges[range]!), this.formats, cells =>
          rows.take(cells)
        );
        await rows.end(rowsOf(command));
      }
    } finally {
      stopCancelling();
      session.resume();
      this.working.delete(session);
    }
  }
}

function rowsOf(command: string): number {
  const rows = rowsOfTag(command);
  if (rows === null) {
    throw new GatewayError('internal', `The server ended a range with "${command}".`, {
      action: 'Run the query again; if it happens again, report it.'
    });
  }
  return rows;
}
