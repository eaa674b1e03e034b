import type { Session } from './session';

/** What a server says of itself. `lagMs` is null on a primary and where it cannot be told. */
export interface ReplicaState {
  readonly serverVersion: string;
  readonly database: string;
  readonly user: string;
  readonly inRecovery: boolean;
  readonly lagMs: number | null;
}

// pg_stat_wal_receiver is not supported on Aurora; the last replayed transaction is known everywhere.
// A replica that has replayed all it received lags by nothing, however old the last transaction is.
const LAG_MS = `
         CASE WHEN NOT pg_is_in_recovery() THEN NULL
              WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
              ELSE round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)
         END`;
const STATE = `
  SELECT current_setting('server_version'), current_database(), current_user, pg_is_in_recovery(),${LAG_MS}`;

export async function readReplicaState(session: Session): Promise<ReplicaState> {
  const [row] = await session.rows(STATE);
  const [serverVersion, database, user, inRecovery, lagMs] = row ?? [];
  return {
    serverVersion: serverVersion ?? '',
    database: database ?? '',
    user: user ?? '',
    inRecovery: inRecovery === 't',
    lagMs: lagMs ? Math.max(0, Number(lagMs)) : null
  };
}

/** How far a server was when it took a snapshot. */
export interface ReplayState {
  /** ISO 8601, UTC, by the server's clock. */
  readonly asOf: string | null;
  readonly lsn: string | null;
  /** As `pg_current_snapshot()` writes it. */
  readonly snapshot: string | null;
  readonly lagMs: number | null;
}

const AS_OF = `pg_catalog.to_char(pg_catalog.statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** As the first query of a transaction it tells of what the transaction sees. */
export const REPLAY_STATE = `SELECT ${AS_OF} AS as_of, (${LAG_MS}) AS lag_ms,
  (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS lsn,
  pg_catalog.pg_current_snapshot()::text AS snapshot`;

/** What a server that lacks one of these functions, or forbids it, still tells. */
export const REPLAY_TIME = `SELECT ${AS_OF} AS as_of, NULL AS lag_ms, NULL AS lsn, NULL AS snapshot`;

/** Reads a row of either. */
export function replayState([asOf, lagMs, lsn, snapshot]: readonly (string | null)[]): ReplayState {
  return {
    asOf: asOf ?? null,
    lsn: lsn ?? null,
    snapshot: snapshot ?? null,
    lagMs: lagMs ? Math.max(0, Number(lagMs)) : null
  };
}

export const NO_REPLAY_STATE: ReplayState = { asOf: null, lsn: null, snapshot: null, lagMs: null };
