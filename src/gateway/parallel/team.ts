import type { ParallelRefusal } from '../../contract/query';
import type { Pool } from '../postgres/pool';
import type { Session } from '../postgres/session';
import { exportMoment, readServer, type SharedMoment } from '../postgres/shared-moment';
import type { ColumnDescription } from '../postgres/statement';
import type { ParallelWish } from './wish';

export interface TeamRequest {
  readonly pool: Pool;
  /** Its transaction sees one moment and has described the user's statement. */
  readonly leader: Session;
  readonly wish: ParallelWish;
  /** What the user's statement gives. */
  readonly columns: readonly ColumnDescription[];
  /** Shows in pg_stat_activity. */
  readonly label: string;
  readonly signal: AbortSignal;
}

/** Sessions that see the same rows of the same server and are ready to execute ranges. The leader is the first. */
export interface Team {
  readonly sessions: readonly [Session, ...Session[]];
  /** Gives a session other than the leader back. Idempotent. */
  dismiss(session: Session): Promise<void>;
}

/**
 * Shares the leader's snapshot with connections that are free at this moment; it never waits for one. One that fails to join
 * is left out. A leader that may not share its snapshot has an aborted transaction afterwards: 'snapshot' says so.
 */
export async function gatherTeam(request: TeamRequest): Promise<Team | ParallelRefusal> {
  const { leader, wish, pool, signal } = request;
  const free = await freeSessions(pool, leader, wish.connections - 1, signal);
  const present = new Set(free);
  const dismiss = async (session: Session) => {
    if (present.delete(session)) {
      await session.end().catch(() => session.close());
      pool.release(session);
    }
  };
  try {
    signal.throwIfAborted();
    if (free.length === 0) {
      return 'busy';
    }
    const moment = await exportMoment(leader);
    if (!moment) {
      await Promise.all(free.map(dismiss));
      return 'snapshot';
    }
    const joined = await Promise.all(
      free.map(async follower => {
        const ready = await join(follower, moment, request).catch(() => false);
        await (ready || dismiss(follower));
        return ready;
      })
    );
    signal.throwIfAborted();
    const followers = free.filter((_, index) => joined[index]);
    if (followers.length === 0) {
      return 'snapshot';
    }
    await leader.describe(wish.rangeSql);
    return { sessions: [leader, ...followers], dismiss };
  } catch (error) {
    await Promise.all(free.map(dismiss));
    throw error;
  }
}

async function freeSessions(
  pool: Pool,
  leader: Session,
  count: number,
  signal: AbortSignal
): Promise<readonly Session[]> {
  const asked = Array.from({ length: count }, () => pool.acquireBeside(leader, signal));
  const answers = await Promise.allSettled(asked);
  return answers.flatMap(answer => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []));
}

async function join(follower: Session, moment: SharedMoment, request: TeamRequest): Promise<boolean> {
  await follower.begin(request.label, { exported: moment.snapshot });
  const { columns } = await follower.describe(request.wish.rangeSql);
  return (await readServer(follower)) === moment.server && sameColumns(request.columns, columns ?? []);
}

/** A name in the statement could stand for another table where search_path differs. */
function sameColumns(a: readonly ColumnDescription[], b: readonly ColumnDescription[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ oid, tableOid, attributeNumber }, index) => {
      const other = b[index]!;
      return oid === other.oid && tableOid === other.tableOid && attributeNumber === other.attributeNumber;
    })
  );
}
