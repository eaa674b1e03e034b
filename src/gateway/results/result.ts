import type { ErrorBody } from '../../contract/errors';
import type { Field, QueryRequest, QueryStatus } from '../../contract/query';
import { toErrorBody } from '../gateway-error';
import { Progress } from '../progress';
import type { Spool } from './spool';

/** Notices kept for the user; a statement can raise any number. */
const NOTICES_KEPT = 100;

/** One query and its rows: what it is doing, who watches, and the way to end it. */
export class Result extends Progress<QueryStatus> {
  private state: QueryStatus['state'] = 'queued';
  private fields: readonly Field[] | null = null;
  private stored: Spool | null = null;
  private truncated = false;
  private rowEstimate: number | null = null;
  private command: string | null = null;
  private notices: readonly string[] = [];
  private error: ErrorBody | null = null;
  private firstRowMs: number | null = null;
  private endedAt: number | null = null;
  private readonly stop = new AbortController();
  /** True once a reader has been given rows: from then on the statement cannot be run again unnoticed. */
  delivered = false;
  /** Those who wait for its events or rows. */
  watchers = 0;
  /** Those who read its rows: as long as there are any, the rows are kept. */
  readers = 0;

  constructor(
    readonly id: string,
    readonly request: QueryRequest,
    private readonly startedAt: number,
    private readonly now: () => number
  ) {
    super();
  }

  /** Aborted when somebody wants the query to end. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  get spool(): Spool | null {
    return this.stored;
  }

  get sizeBytes(): number {
    return this.stored?.sizeBytes ?? 0;
  }

  status(): QueryStatus {
    return {
      queryId: this.id,
      state: this.state,
      sql: this.request.sql,
      origin: this.request.origin,
      fields: this.fields,
      rows: this.stored?.rows ?? 0,
      bytes: this.sizeBytes,
      truncated: this.truncated,
      rowEstimate: this.rowEstimate,
      startedAt: new Date(this.startedAt).toISOString(),
      firstRowMs: this.firstRowMs,
      elapsedMs: (this.endedAt ?? this.now()) - this.startedAt,
      command: this.command,
      notices: this.notices,
      spoolPath: this.stored?.path ?? null,
      error: this.error
    };
  }

  running(): void {
    this.state = 'running';
    this.changed();
  }

  notice(message: string): void {
    this.notices = [...this.notices, message].slice(-NOTICES_KEPT);
    this.changed();
  }

  described(fields: readonly Field[], spool: Spool): void {
    this.fields = fields;
    this.stored = spool;
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
