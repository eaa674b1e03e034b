import type { Snapshot, SnapshotRequest } from '../contract/snapshot';
import { GatewayError, toErrorBody } from './gateway-error';
import type { Pool } from './postgres/pool';
import type { ReplayState } from './postgres/replica';
import type { Session } from './postgres/session';
import { exportMoment, readServer, type SharedMoment } from './postgres/shared-moment';
import type { Moment } from './postgres/transaction';

interface Terms {
  readonly request: SnapshotRequest;
  readonly forMs: number;
  readonly silentMs: number;
}

/** The holder must answer a question that costs nothing within this time. */
const ANSWER_MS = 5_000;
/** What the server waits beyond the snapshot's time, for when the gateway does not end it. */
const SERVER_PATIENCE_MS = 60_000;

/** One exported snapshot and the session whose open transaction holds it. */
export class FrozenView {
  private readonly expiry: NodeJS.Timeout;
  private readonly silence: NodeJS.Timeout;
  private over: { readonly error: GatewayError | null } | null = null;

  private constructor(
    readonly pool: Pool,
    private readonly holder: Session,
    private readonly moment: SharedMoment,
    /** What it was when it was taken. */
    readonly replay: ReplayState,
    private readonly terms: Terms,
    private readonly expiresAt: number
  ) {
    const endAfter = (ms: number, why: GatewayError) => setTimeout(() => void this.end(why), ms).unref();
    this.expiry = endAfter(terms.forMs, expired(terms.forMs));
    this.silence = endAfter(terms.silentMs, unasked(terms.silentMs));
  }

  /** Takes a connection of the pool and freezes what it sees. Throws `snapshot-unavailable` where the server refuses. */
  static async open(pool: Pool, terms: Terms, signal: AbortSignal, now: () => number): Promise<FrozenView> {
    const { kind, label } = terms.request.origin;
    const holder = await pool.acquire(signal, { origin: `${kind} ${label}`, moved: () => undefined });
    try {
      const replay = await begin(holder, `jupyterlab-replica: snapshot of ${kind} ${label}`, terms.forMs);
      const moment = await exportMoment(holder);
      signal.throwIfAborted();
      if (!moment) {
        throw refused();
      }
      return new FrozenView(pool, holder, moment, replay, terms, now() + terms.forMs);
    } catch (error) {
      await giveBack(pool, holder);
      throw error;
    }
  }

  get ended(): boolean {
    return this.over !== null;
  }

  /** The server that must be connected to. */
  get serverAddress(): string {
    return this.holder.serverAddress;
  }

  status(snapshotId: string): Snapshot {
    const { origin } = this.terms.request;
    const { asOf, lsn, lagMs } = this.replay;
    return {
      ...{ snapshotId, origin, lsn, lagMs },
      asOf: asOf ?? new Date(this.expiresAt - this.terms.forMs).toISOString(),
      state: this.over ? 'ended' : 'open',
      exportedName: this.moment.snapshot,
      server: this.moment.server,
      expiresAt: new Date(this.expiresAt).toISOString(),
      silentSeconds: this.terms.silentMs / 1000,
      error: this.over?.error ? toErrorBody(this.over.error) : null
    };
  }

  /** Begins a transaction that sees this view. Throws `connection-lost` where another connection may lead to the right server. */
  async enter(session: Session, label: string): Promise<Moment> {
    this.refuseEnded();
    this.heard();
    const moment = { exported: this.moment.snapshot };
    try {
      await session.begin(label, moment);
      if ((await readServer(session)) === this.moment.server) {
        return moment;
      }
    } catch (error) {
      // The server does not know the name: it is another one, or the holder has gone without our knowing.
      await this.isOpen();
      this.refuseEnded();
      if (!(error instanceof GatewayError) || error.code !== 'query-failed') {
        throw error;
      }
    }
    session.close();
    throw new GatewayError('connection-lost', 'The connection led to another server than the snapshot.', {
      subject: this.serverAddress,
      action: 'Run the query again; if it stays so, name one instance as the host, and not a group of them.'
    });
  }

  /** Asks the server. Counts as interest in the snapshot. */
  async isOpen(): Promise<boolean> {
    this.heard();
    if (!this.over && !(this.holder.usable && (await this.holder.answers(ANSWER_MS)))) {
      await this.end(lost(this.holder.lastWords));
    }
    return !this.over;
  }

  refuseEnded(): void {
    if (!this.over && !this.holder.usable) {
      void this.end(lost(this.holder.lastWords));
    }
    if (this.over) {
      throw this.over.error ?? released();
    }
  }

  async release(): Promise<void> {
    await this.end(null);
  }

  private heard(): void {
    this.silence.refresh();
  }

  private async end(error: GatewayError | null): Promise<void> {
    if (this.over) {
      return;
    }
    this.over = { error };
    clearTimeout(this.expiry);
    clearTimeout(this.silence);
    await giveBack(this.pool, this.holder);
  }
}

async function begin(holder: Session, label: string, forMs: number): Promise<ReplayState> {
  const replay = await holder.begin(label, { exported: null });
  // Between queries the transaction has nothing to do, which the server must not take for neglect.
  await holder.rows(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, [
    String(Math.round(forMs) + SERVER_PATIENCE_MS)
  ]);
  return replay;
}

async function giveBack(pool: Pool, session: Session): Promise<void> {
  await session.end().catch(() => session.close());
  pool.release(session);
}

function refused(): GatewayError {
  return new GatewayError('snapshot-unavailable', 'The server does not let its view be shared.', {
    action:
      'Run the queries without a snapshot, or ask for EXECUTE on pg_export_snapshot; a pooler must keep transactions together.'
  });
}

function expired(forMs: number): GatewayError {
  return new GatewayError('snapshot-ended', `The snapshot ended after ${duration(forMs)}.`, {
    action:
      'Open another one. How long one may be held is JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN; a held snapshot is a burden for the primary or the replica.'
  });
}

function unasked(silentMs: number): GatewayError {
  return new GatewayError('snapshot-ended', `Nobody used the snapshot for ${duration(silentMs)}.`, {
    action: 'Open another one, and ask for it now and then while it is wanted.'
  });
}

function released(): GatewayError {
  return new GatewayError('snapshot-ended', 'The snapshot was released.', { action: 'Open another one.' });
}

function lost(why: GatewayError | null): GatewayError {
  if (why?.code === 'replica-conflict') {
    return new GatewayError(
      'replica-conflict',
      'Replay on the replica needed rows that the snapshot kept, and ended it.',
      {
        action:
          'Open another one and run all of its queries again. hot_standby_feedback, or a longer max_standby_streaming_delay, lets it live longer.',
        detail: why.message,
        sqlstate: why.body.sqlstate
      },
      why
    );
  }
  return new GatewayError(
    'snapshot-ended',
    'The connection that held the snapshot broke.',
    { action: 'Open another one and run all of its queries again.', detail: why?.message ?? null },
    why
  );
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [amount, unit] = seconds >= 120 ? [Math.round(seconds / 60), 'minute'] : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
