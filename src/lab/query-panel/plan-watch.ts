import { type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type ErrorBody } from '../../contract/errors';
import { type PlanReply } from '../../contract/plan';
import { errorBodyOf } from '../gateway-client/failure';
import { type IReplicaClient } from '../tokens';
import { requestOf, type SentStatement } from './sent-statement';

export type PlanState =
  | { readonly kind: 'none' }
  | { readonly kind: 'ready'; readonly reply: PlanReply }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** A pause in typing of this length is worth a question to the server. */
const PAUSE_MS = 500;

/** The plan of the statement at the cursor, asked for when typing pauses. One question at a time; a newer one ends it. */
export class PlanWatch implements IDisposable {
  private current: PlanState = { kind: 'none' };
  private key = '';
  private asking: { readonly controller: AbortController; readonly done: Promise<void> } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(
    private readonly client: Pick<IReplicaClient, 'plan'>,
    private readonly pauseMs = PAUSE_MS
  ) {}

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get state(): PlanState {
    return this.current;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** This statement is meant now. With `values` false only its parameters are asked about. */
  look(statement: SentStatement | null, values: boolean): void {
    const key = statement ? keyOf(statement, values) : '';
    if (key === this.key || this.disposed) {
      return;
    }
    this.forget();
    this.key = key;
    if (statement) {
      this.timer = setTimeout(() => void this.ask(statement, values), this.pauseMs);
    }
  }

  /** The plan of a statement that is about to run: what is known of it, else what the server says within `withinMs`. */
  async now(statement: SentStatement, withinMs: number): Promise<PlanReply | null> {
    const key = keyOf(statement, true);
    if (key !== this.key || this.current.kind === 'none') {
      clearTimeout(this.timer);
      if (key !== this.key) this.forget();
      this.key = key;
      const asked = this.asking?.done ?? this.ask(statement, true);
      await Promise.race([asked, new Promise(resolve => setTimeout(resolve, withinMs))]);
    }
    return this.key === key && this.current.kind === 'ready' ? this.current.reply : null;
  }

  dispose(): void {
    this.disposed = true;
    this.forget();
    Signal.clearData(this);
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.asking?.controller.abort();
    this.asking = null;
    this.key = '';
    if (this.current.kind !== 'none') this.become({ kind: 'none' });
  }

  private ask(statement: SentStatement, values: boolean): Promise<void> {
    const controller = new AbortController();
    const { sql, params } = requestOf(statement);
    const done = this.client.plan({ sql, params: values ? params : null }, controller.signal).then(
      reply => controller.signal.aborted || this.become({ kind: 'ready', reply }),
      (error: unknown) =>
        controller.signal.aborted || this.become({ kind: 'failed', error: errorBodyOf(error) })
    );
    this.asking = { controller, done: done.then(() => undefined) };
    return this.asking.done;
  }

  private become(state: PlanState): void {
    this.current = state;
    this.changedSignal.emit();
  }
}

function keyOf({ text, parameters = [] }: SentStatement, values: boolean): string {
  return JSON.stringify([text, values ? parameters.map(({ name, value }) => [name, value]) : null]);
}
