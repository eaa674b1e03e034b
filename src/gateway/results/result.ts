import type { ErrorBody } from '../../contract/errors';
import type { Field, ParallelFacts, QueryRequest, QueryStatus } from '../../contract/query';
import { toErrorBody } from '../gateway-error';
import type { Claim } from '../postgres/waiting-line';
import { NO_REPLAY_STATE, type ReplayState } from '../postgres/replica';
import { Progress } from '../progress';
import { type RowStream, STARTED_OVER } from './row-stream';
import { Spool } from './spool';

/** Notices kept for the user; a statement can raise any number. */
const NOTICES_KEPT = 100;

/** One query and its rows: what it is doing, who watches, and the way to end it. */
export class Result extends Progress<QueryStatus> {
  private state: QueryStatus['state'] = 'queued';
  private fields: readonly Field[] | null = null;
  private stored: RowStream | null = null;
  private queuePosition: number | null = null;
  private generation = 1;
  private truncated = false;
  private rowEstimate: number | null = null;
  private command: string | null = null;
  private parallel: ParallelFacts | null = null;
  private notices: readonly string[] = [];
  private error: ErrorBody | null = null;
  private replay = NO_REPLAY_STATE;
  private firstRowMs: number | null = null;
  private endedAt: number | null = null;
  private readonly stop = new AbortController();
  /**
   * Readers that have handed rows on and cannot take them back: while there are any, the statement is not run again.
   * All others see `generation` change, or are thrown `STARTED_OVER`, and begin again.
   */
  streams = 0;
  /** Those who wait for its events or rows. */
  watchers = 0;
  /** Those who read its rows: as long as there are any, the rows are kept. */
  readers = 0;
  /** The user that the database knows; null before there was a connection. */
  databaseUser: string | null = null;

  constructor(
    readonly id: string,
    readonly request: QueryRequest,
    private readonly startedAt: number,
    private readonly now: () => number
  ) {
    super();
  }

  /** A result that an earlier gateway has stored whole. */
  static adopt(
    { request, status }: { readonly request: QueryRequest; readonly status: QueryStatus },
    spool: Spool,
    now: () => number
  ): Result {
    const startedAt = Date.parse(status.startedAt);
    const result = new Result(status.queryId, request, startedAt, now);
    result.fields = status.fields;
    result.stored = spool;
    result.generation = status.generation;
    result.truncated = status.truncated;
    result.rowEstimate = status.rowEstimate;
    result.command = status.command;
    result.parallel = status.parallel;
    result.replay = { ...NO_REPLAY_STATE, asOf: status.asOf, lagMs: status.lagMs };
    result.notices = status.notices;
    result.firstRowMs = status.firstRowMs;
    result.endedAt = startedAt + status.elapsedMs;
    result.state = status.state;
    return result;
  }

  /** Aborted when somebody wants the query to end. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** The state of the database that the statement's present run sees. */
  get seen(): ReplayState {
    return this.replay;
  }

  /** The rows, once the statement is described. */
  get rows(): RowStream | null {
    return this.stored;
  }

  /** The rows where all of them are stored, so that they can be read in any order. */
  get spool(): Spool | null {
    return this.stored instanceof Spool ? this.stored : null;
  }

  /** Bytes it takes of the disk. */
  get takenBytes(): number {
    return this.stored?.takenBytes ?? 0;
  }

  status(): QueryStatus {
    return {
      queryId: this.id,
      state: this.state,
      queuePosition: this.queuePosition,
      generation: this.generation,
      sql: this.request.sql,
      origin: this.request.origin,
      profile: this.request.profile,
      fields: this.fields,
      rows: this.stored?.rows ?? 0,
      bytes: this.stored?.sizeBytes ?? 0,
      truncated: this.truncated,
      rowEstimate: this.rowEstimate,
      startedAt: new Date(this.startedAt).toISOString(),
      firstRowMs: this.firstRowMs,
      elapsedMs: (this.endedAt ?? this.now()) - this.startedAt,
      asOf: this.replay.asOf,
      lagMs: this.replay.lagMs,
      snapshot: this.request.snapshot,
      parallel: this.parallel,
      command: this.command,
      notices: this.notices,
      spoolPath: this.spool?.path ?? null,
      error: this.error
    };
  }

  /** How it asks for a connection. */
  get claim(): Claim {
    const { kind, label } = this.request.origin;
    return {
      origin: `${kind} ${label}`,
      moved: position => {
        if (position !== this.queuePosition) {
          this.queuePosition = position;
          this.changed();
        }
      }
    };
  }

  running(): void {
    this.state = 'running';
    this.changed();
  }

  /** What the server had replayed when the statement began. */
  sees(replay: ReplayState): void {
    this.replay = replay;
  }

  notice(message: string): void {
    this.notices = [...this.notices, message].slice(-NOTICES_KEPT);
    this.changed();
  }

  described(fields: readonly Field[], rows: RowStream): void {
    this.fields = fields;
    this.stored = rows;
    this.changed();
  }

  /** How a whole table is read. */
  shared(facts: ParallelFacts | null): void {
    this.parallel = facts;
    this.changed();
  }

  /** More rows can be read. */
  grown(): void {
    this.firstRowMs ??= this.now() - this.startedAt;
    this.changed();
  }

  /** Forgets the rows so far, before the statement is run again. */
  async restart(): Promise<void> {
    const { stored } = this;
    this.stored = null;
    this.fields = null;
    this.firstRowMs = null;
    if (stored) {
      this.generation++;
      stored.invalidate(STARTED_OVER);
      this.changed();
    }
    await stored?.remove();
  }

  done(outcome: {
    readonly command: string;
    readonly truncated: boolean;
    readonly rowEstimate: number | null;
  }): void {
    this.command = outcome.command;
    this.truncated = outcome.truncated;
    this.rowEstimate = outcome.rowEstimate;
    this.end('done');
  }

  failed(error: unknown): void {
    this.error = toErrorBody(error);
    this.stored?.fail(error);
    this.end(this.error.code === 'cancelled' ? 'cancelled' : 'failed');
  }

  /** Asks the query to end. Its state tells when it has. */
  cancel(): void {
    if (!this.final) {
      this.stop.abort();
    }
  }

  private end(state: QueryStatus['state']): void {
    this.endedAt = this.now();
    this.state = state;
    this.changed();
  }
}
