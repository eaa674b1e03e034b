import { type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type ErrorBody } from '../../contract/errors';
import { isFinal, type Origin, type QueryStatus } from '../../contract/query';
import { type TextRange } from '../../sql/position';
import { errorBodyOf } from '../gateway-client/failure';
import { ResultModel } from '../result-grid/result-model';
import { resultSource } from '../result-grid/result-source';
import { type IReplicaClient } from '../tokens';
import { RunLog } from './run-log';
import { editorRange, requestOf, type SentStatement } from './sent-statement';

export type RunState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' | 'stopping' | 'done' | 'cancelled'; readonly status: QueryStatus }
  | { readonly kind: 'failed'; readonly error: ErrorBody; readonly status: QueryStatus | null };

/** One statement at a time, from Run to its result. Knows nothing of the page it is shown on. */
export class QueryModel implements IDisposable {
  private current: RunState = { kind: 'empty' };
  private sentStatement: SentStatement | null = null;
  private rows: ResultModel | null = null;
  private generation = 0;
  private following = new AbortController();
  private disposed = false;
  /** What came of each statement of the last run. */
  readonly log = new RunLog();
  private readonly changedSignal = new Signal<this, void>(this);

  /** `rowLimit` null reads all rows. */
  constructor(
    private readonly client: IReplicaClient,
    /** Asked for with each run: a panel can get another name. */
    private readonly origin: () => Origin,
    public rowLimit: number | null
  ) {}

  /** Emitted with every change of state, and of how many rows there are. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get state(): RunState {
    return this.current;
  }

  get sent(): SentStatement | null {
    return this.sentStatement;
  }

  /** The rows of the last statement; null until the server has described them. */
  get result(): ResultModel | null {
    return this.rows;
  }

  get queryId(): string | null {
    return 'status' in this.current ? (this.current.status?.queryId ?? null) : null;
  }

  get isRunning(): boolean {
    return ['starting', 'running', 'stopping'].includes(this.current.kind);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Where in the editor's text the server saw the error, if it said so. */
  get errorRange(): TextRange | null {
    const { current, sent } = this;
    if (current.kind !== 'failed' || current.error.position === null || !sent) {
      return null;
    }
    return editorRange(sent, current.error.position);
  }

  /**
   * Runs a statement to its end and resolves then. What ran before is ended and its result given up. One that goes on
   * with a run is logged behind the statements before it.
   */
  async run(statement: SentStatement, goesOn = false): Promise<void> {
    const { signal } = this.leave();
    this.sentStatement = statement;
    this.log.begin(statement, goesOn);
    this.become({ kind: 'starting' });
    await this.watch(signal, async () => {
      const { rowLimit } = this;
      const origin = this.origin();
      const { sql, params, written } = requestOf(statement);
      const status = await this.client.startQuery({ sql, params, written, origin, rowLimit });
      if (signal.aborted) {
        this.release(status.queryId);
      }
      return status;
    });
  }

  /** Shows the result of a query that was started before the page was loaded. */
  async resume(queryId: string, statement: SentStatement): Promise<void> {
    const { signal } = this.leave();
    this.sentStatement = statement;
    this.log.begin(statement, false);
    this.become({ kind: 'starting' });
    await this.watch(signal, () => this.client.query(queryId, signal));
  }

  /** Ends the running statement in the server. */
  async stop(): Promise<void> {
    const { current } = this;
    const { signal } = this.following;
    if (current.kind === 'starting') {
      this.leave();
      this.become({ kind: 'empty' });
    } else if (current.kind === 'running') {
      this.become({ ...current, kind: 'stopping' });
      try {
        const status = await this.client.cancelQuery(current.status.queryId);
        if (!signal.aborted) this.accept(status);
      } catch (error) {
        if (!signal.aborted) this.fail(error);
      }
    }
  }

  /** Ends the query and gives its result up. */
  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.leave();
      Signal.clearData(this);
    }
  }

  private async watch(signal: AbortSignal, start: () => Promise<QueryStatus>): Promise<void> {
    try {
      const status = await start();
      if (signal.aborted) {
        return;
      }
      this.accept(status);
      if (!isFinal(status)) {
        for await (const next of this.client.follow(status.queryId, signal)) {
          this.accept(next);
        }
      }
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  private accept(status: QueryStatus): void {
    if (status.generation !== this.generation) {
      // The statement runs again: other rows, and perhaps other types, take the place of those shown.
      this.generation = status.generation;
      this.rows?.dispose();
      this.rows = null;
    }
    if (status.fields?.length && !this.rows) {
      const { queryId } = status;
      this.rows = new ResultModel(status.fields, resultSource(this.client, queryId, this.origin().label));
    }
    this.rows?.grow(status.rows, isFinal(status), status.truncated || status.state !== 'done');
    this.become(this.stateOf(status));
  }

  private stateOf(status: QueryStatus): RunState {
    switch (status.state) {
      case 'queued':
      case 'running':
        return { kind: this.current.kind === 'stopping' ? 'stopping' : 'running', status };
      case 'done':
      case 'cancelled':
        return { kind: status.state, status };
      case 'failed':
        return { kind: 'failed', status, error: status.error ?? errorBodyOf('the gateway gave no reason') };
    }
  }

  private fail(error: unknown): void {
    const status = 'status' in this.current ? this.current.status : null;
    this.become({ kind: 'failed', error: errorBodyOf(error), status });
  }

  private become(state: RunState): void {
    this.current = state;
    this.log.update(state);
    this.changedSignal.emit();
  }

  /** Gives up what ran or was shown; the new controller belongs to what comes next. */
  private leave(): AbortController {
    this.following.abort();
    this.following = new AbortController();
    this.rows?.dispose();
    this.rows = null;
    const { queryId } = this;
    if (queryId) this.release(queryId);
    return this.following;
  }

  private release(queryId: string): void {
    // A gateway that is gone has given the result up already.
    this.client.releaseQuery(queryId).catch(() => undefined);
  }
}
