import { type ISignal, Signal } from '@lumino/signaling';
import { parseExplain } from '../../contract/explain';
import { type ErrorBody } from '../../contract/errors';
import { type Plan } from '../../contract/plan';
import { isFinal, type Origin, type QueryStatus } from '../../contract/query';
import { errorBodyOf, GatewayFailure } from '../gateway-client/failure';
import { type IReplicaClient } from '../tokens';
import { requestOf, type SentStatement } from './sent-statement';

const ANALYZE = 'EXPLAIN (ANALYZE, BUFFERS, VERBOSE, FORMAT JSON) ';

export type ExplainState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly analyzes: boolean }
  /** `source` is PostgreSQL's own JSON. */
  | {
      readonly kind: 'ready';
      readonly plan: Plan;
      readonly source: string;
      readonly statement: SentStatement;
    }
  | { readonly kind: 'unexplained' | 'stopped' }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** The plan that a person has asked for. ANALYZE runs the statement, as a query like any other, and can be stopped. */
export class ExplainModel {
  private current: ExplainState = { kind: 'none' };
  private asking = new AbortController();
  private queryId: string | null = null;
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(
    private readonly client: IReplicaClient,
    private readonly origin: () => Origin
  ) {}

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get state(): ExplainState {
    return this.current;
  }

  /** True while a statement runs in the server. */
  get isRunning(): boolean {
    return this.current.kind === 'asking' && this.current.analyzes;
  }

  /** Resolves when the plan is there, or why there is none. Never rejects. */
  async explain(statement: SentStatement, analyzes: boolean): Promise<void> {
    this.leave();
    const { signal } = this.asking;
    this.become({ kind: 'asking', analyzes });
    try {
      const source = analyzes
        ? await this.analyzed(statement, signal)
        : await this.planned(statement, signal);
      if (!signal.aborted) {
        this.become(
          source === null
            ? { kind: 'unexplained' }
            : { kind: 'ready', source, statement, plan: parseExplain(JSON.parse(source)) }
        );
      }
    } catch (error) {
      if (!signal.aborted) this.become({ kind: 'failed', error: errorBodyOf(error) });
    }
  }

  /** Ends ANALYZE in the server. */
  async stop(): Promise<void> {
    const { queryId } = this;
    if (this.current.kind === 'asking') {
      this.leave();
      this.become({ kind: 'stopped' });
      if (queryId) await this.client.cancelQuery(queryId).catch(() => undefined);
    }
  }

  dispose(): void {
    this.leave();
    Signal.clearData(this);
  }

  private async planned(statement: SentStatement, signal: AbortSignal): Promise<string | null> {
    const { sql, params } = requestOf(statement);
    return (await this.client.plan({ sql, params }, signal)).source;
  }

  private async analyzed(statement: SentStatement, signal: AbortSignal): Promise<string | null> {
    const { sql, params, written } = requestOf(statement);
    const status = await this.client.startQuery({
      sql: ANALYZE + sql,
      params,
      origin: this.origin(),
      written: { sql: ANALYZE + statement.text, parameters: written?.parameters ?? [] }
    });
    const { queryId } = status;
    if (signal.aborted) {
      this.release(queryId);
      return null;
    }
    this.queryId = queryId;
    try {
      const ended = isFinal(status) ? status : await this.last(queryId, signal);
      if (ended.state !== 'done') {
        throw new GatewayFailure(ended.error ?? errorBodyOf('the statement was stopped'));
      }
      const rows = await this.client.rows(queryId, 0, 1, signal);
      return String(rows.getChildAt(0)?.get(0) ?? 'null');
    } finally {
      this.queryId = null;
      this.release(queryId);
    }
  }

  private async last(queryId: string, signal: AbortSignal): Promise<QueryStatus> {
    let last: QueryStatus | null = null;
    for await (const status of this.client.follow(queryId, signal)) last = status;
    return last ?? this.client.query(queryId, signal);
  }

  private leave(): void {
    this.asking.abort();
    this.asking = new AbortController();
    this.queryId = null;
  }

  private release(queryId: string): void {
    this.client.releaseQuery(queryId).catch(() => undefined);
  }

  private become(state: ExplainState): void {
    this.current = state;
    this.changedSignal.emit();
  }
}
