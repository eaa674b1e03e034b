import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type Activity } from '../../contract/activity';
import { DEFAULT_WARN_AT_MINUTES, judge, type IdleVerdict } from '../../idle/policy';
import { type IdleSignals } from '../../idle/signals';
import { parseTimestamp } from '../../idle/timestamp';
import { type IReplicaClient } from '../tokens';
import { type JupyterSignals } from './jupyter-signals';

/** The auto-stop program looks every few minutes. */
const STALE_CHECK_MS = 15 * 60_000;

interface Sources {
  readonly client: Pick<IReplicaClient, 'activity' | 'keepAwake' | 'endKeepAwake'>;
  readonly readJupyter: () => Promise<JupyterSignals>;
  readonly now: () => number;
}

/** What a source said last, and whether that still holds. */
interface Heard<T> {
  readonly value: T | null;
  /** By the browser's clock; before any answer, when asking began. */
  readonly atMs: number;
  readonly isAway: boolean;
}

/** Feeds the idle policy with what Jupyter and the gateway say. */
export class IdleModel implements IDisposable {
  #jupyter: Heard<JupyterSignals>;
  #gateway: Heard<Activity>;
  /** What the server's clock is ahead of the browser's. */
  #skewMs = 0;
  #hasAsked = false;
  #isDisposed = false;
  /** Minutes before the stop from which the time left is worth a glance. */
  warnAtMinutes: readonly number[] = DEFAULT_WARN_AT_MINUTES;
  readonly #changed = new Signal<this, void>(this);

  constructor(private readonly sources: Sources) {
    const nothing = { value: null, atMs: sources.now(), isAway: true };
    this.#jupyter = nothing;
    this.#gateway = nothing;
  }

  /** Emitted after each look; the verdict also changes with time alone. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** By the server's clock. */
  get nowMs(): number {
    return this.sources.now() + this.#skewMs;
  }

  /** What the gateway said last; null before its first answer. */
  get activity(): Activity | null {
    return this.#gateway.value;
  }

  /** Null until the gateway has once told the timeout. */
  get verdict(): IdleVerdict | null {
    const { activity } = this;
    return activity && judge(this.#signals(activity));
  }

  /** True once both sources have answered or failed to. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** Whether anything on the machine is there to act on the verdict. */
  get willStop(): boolean {
    return this.activity?.stopper === 'sagemaker';
  }

  /** False where no auto-stop program has looked at the machine of late; what an old look saw says nothing. */
  get hasStopper(): boolean {
    const checkedMs = parseTimestamp(this.activity?.machine?.checkedAt ?? null);
    return checkedMs !== null && Math.abs(this.nowMs - checkedMs) < STALE_CHECK_MS;
  }

  /** Keeps the instance on for so many minutes, or with null until the running work ends. Rejects as the client does. */
  async keepAwake(minutes: number | null): Promise<void> {
    this.#hear(await this.sources.client.keepAwake(minutes));
  }

  async endKeepAwake(): Promise<void> {
    this.#hear(await this.sources.client.endKeepAwake());
  }

  /** Asks both sources. Never rejects: a silent source is a signal too. */
  async refresh(): Promise<void> {
    const { client, readJupyter } = this.sources;
    const [jupyter, gateway] = await Promise.all([
      readJupyter().catch(() => null),
      client.activity().catch(() => null)
    ]);
    const now = this.sources.now();
    this.#hasAsked = true;
    this.#skewMs = jupyter?.serverMs ? skewOf(jupyter.serverMs, now) : this.#skewMs;
    this.#jupyter = jupyter
      ? { value: jupyter, atMs: now, isAway: false }
      : { ...this.#jupyter, isAway: true };
    this.#gateway = gateway
      ? { value: gateway, atMs: now, isAway: false }
      : { ...this.#gateway, isAway: true };
    if (!this.#isDisposed) {
      this.#changed.emit();
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    Signal.clearData(this);
  }

  #hear(activity: Activity): void {
    this.#gateway = { value: activity, atMs: this.sources.now(), isAway: false };
    if (!this.#isDisposed) {
      this.#changed.emit();
    }
  }

  #signals(activity: Activity): IdleSignals {
    const away = (heard: Heard<unknown>) => ({
      kind: 'unreachable' as const,
      since: new Date(heard.atMs + this.#skewMs).toISOString()
    });
    const { value: jupyter } = this.#jupyter;
    return {
      nowMs: this.nowMs,
      bootedAt: activity.bootedAt,
      jupyter: this.#jupyter.isAway || !jupyter ? away(this.#jupyter) : { kind: 'reachable', ...jupyter },
      gateway: this.#gateway.isAway ? away(this.#gateway) : { kind: 'reachable', ...activity },
      machine: this.hasStopper ? activity.machine : null,
      keepAwake: activity.keepAwake,
      timeoutMinutes: activity.idleTimeoutMinutes,
      maxBusyHours: activity.maxBusyHours,
      warnAtMinutes: this.warnAtMinutes
    };
  }
}

/** The Date header has whole seconds, so a small difference says nothing. */
function skewOf(serverMs: number, now: number): number {
  return Math.abs(serverMs - now) < 2_000 ? 0 : serverMs - now;
}
