import { randomUUID } from 'node:crypto';
import type { Snapshot, SnapshotRequest } from '../contract/snapshot';
import { FrozenView } from './frozen-view';
import { GatewayError } from './gateway-error';
import type { Pool } from './postgres/pool';

export interface SnapshotLimits {
  /** Snapshots of one profile open at one moment; each takes a connection of the pool and leaves the others for queries. */
  readonly count: number;
  /** How long one may be open. */
  readonly maxMs: number;
  /** One that nobody asks for or queries this long is released. */
  readonly silentMs: number;
}

/** Half of the connections may hold snapshots, so that there is one to query them by. */
export function snapshotLimits(poolSize: number, maxMs: number): SnapshotLimits {
  return { count: Math.floor(poolSize / 2), maxMs, silentMs: 60_000 };
}

/** Ended ones that are remembered, to say why they ended. */
const ENDED_KEPT = 100;

/** Frozen views of the database that several queries, exports and other programs see. */
export class Snapshots {
  private readonly views = new Map<string, FrozenView>();
  private readonly opening: Pool[] = [];

  constructor(
    /** The connections of the profile of that name, or of the first one for null. */
    private readonly poolOf: (profile: string | null) => Pool,
    private readonly limits: SnapshotLimits,
    private readonly now: () => number = Date.now
  ) {}

  /** Takes one. Throws GatewayError `snapshot-unavailable` where the server or the limits forbid it. */
  async open(request: SnapshotRequest, signal: AbortSignal): Promise<Snapshot> {
    const pool = this.poolOf(request.profile);
    this.checkRoom(pool);
    this.opening.push(pool);
    try {
      const { maxMs, silentMs } = this.limits;
      const forMs = Math.min(maxMs, 1000 * (request.maxSeconds ?? Infinity));
      const view = await FrozenView.open(pool, { request, forMs, silentMs }, signal, this.now);
      const id = randomUUID();
      this.views.set(id, view);
      this.forgetOldest();
      return view.status(id);
    } finally {
      this.opening.splice(this.opening.indexOf(pool), 1);
    }
  }

  /** Asks the server whether it still holds it, and keeps it. Throws `not-found` for one that nobody remembers. */
  async status(id: string): Promise<Snapshot> {
    const view = this.remembered(id);
    await view.isOpen();
    return view.status(id);
  }

  /**
   * The view that statements over `pool` may enter. Throws `snapshot-ended`, `replica-conflict` where replay has ended it, and
   * `bad-request` for one of another pool.
   */
  find(id: string, pool: Pool): FrozenView {
    const view = this.remembered(id);
    if (view.pool !== pool) {
      throw new GatewayError('bad-request', 'The snapshot is of another connection profile than the query.', {
        subject: id,
        action: 'Open a snapshot of that profile too; two databases have no moment in common.'
      });
    }
    view.refuseEnded();
    return view;
  }

  /** Idempotent. What has entered it goes on seeing it. */
  async release(id: string): Promise<void> {
    await this.views.get(id)?.release();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.views.values()].map(view => view.release()));
  }

  private remembered(id: string): FrozenView {
    const view = this.views.get(id);
    if (!view) {
      throw new GatewayError('snapshot-ended', 'This snapshot is not known.', {
        subject: id,
        action: 'Open another one: the gateway has restarted, or the snapshot has ended long ago.'
      });
    }
    return view;
  }

  private checkRoom(pool: Pool): void {
    const { count } = this.limits;
    const held = [...this.views.values()].filter(view => !view.ended).map(view => view.pool);
    const open = [...held, ...this.opening].filter(one => one === pool).length;
    if (open >= count) {
      throw new GatewayError(
        'snapshot-unavailable',
        count === 0
          ? 'A snapshot needs a connection of its own, and this gateway may have only one.'
          : `There are ${open} open snapshots, and this gateway holds ${count} at most.`,
        {
          action:
            count === 0
              ? 'Set JUPYTERLAB_REPLICA_POOL_SIZE to 2 or more.'
              : 'End one of them, which leaving its `with db.snapshot()` block does, and try again.'
        }
      );
    }
  }

  private forgetOldest(): void {
    const ended = [...this.views].filter(([, view]) => view.ended);
    ended.slice(0, -ENDED_KEPT).forEach(([id]) => this.views.delete(id));
  }
}
