import { cancelOn } from '../postgres/cancel-on';
import type { Pool } from '../postgres/pool';
import type { Session } from '../postgres/session';
import type { Snapshots } from '../snapshots';

/** Runs `use` in a transaction that sees a snapshot, or with null one of its own; ended in the server once `signal` aborts. */
export async function insideSnapshot<T>(
  pool: Pool,
  snapshots: Pick<Snapshots, 'find'>,
  snapshotId: string | null,
  label: string,
  signal: AbortSignal,
  use: (session: Session) => Promise<T>
): Promise<T> {
  const session = await pool.acquire(signal);
  const heard = cancelOn(signal, session);
  try {
    await (snapshotId === null
      ? session.begin(label)
      : snapshots.find(snapshotId, pool).enter(session, label));
    return await use(session);
  } finally {
    heard();
    await session.end().catch(() => session.close());
    pool.release(session);
  }
}
