import type { Manifest } from '../contract/dataset';
import type { ExportRequest } from '../contract/export';
import { builtinTypeName } from './columns/type-map';
import type { Session } from './postgres/session';
import { readReplicaState } from './postgres/replica';
import { estimate } from './postgres/row-estimate';

/** What is known of an export's rows before they are read. */
export interface ExportFacts {
  readonly source: Manifest['source'];
  readonly rows: number | null;
  /** Of one row, as the planner has it. */
  readonly widthBytes: number | null;
}

export const NO_FACTS: ExportFacts = {
  source: { database: null, asOf: null, lsn: null, snapshot: null, replicaLagMs: null },
  rows: null,
  widthBytes: null
};

/** The server's present state, a moment before the statement sees it, and what its planner expects. */
export async function readExportFacts(
  session: Session,
  { sql, params }: Pick<ExportRequest, 'sql' | 'params'>
): Promise<ExportFacts> {
  const { database, lagMs } = await readReplicaState(session);
  const [row] = await session.rows(STATE);
  const [asOf, lsn, snapshot] = row ?? [];
  // It comes last, since a statement that cannot be explained ends the transaction.
  const expected = await estimate(session, sql, params);
  return {
    source: {
      database,
      asOf: asOf ?? null,
      lsn: lsn ?? null,
      snapshot: snapshot ?? null,
      replicaLagMs: lagMs
    },
    rows: expected?.rows ?? null,
    widthBytes: expected?.widthBytes ?? null
  };
}

const STATE = `
  SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
         pg_current_snapshot()`;

/** Names and types of a statement's columns, which it is not run for. */
export async function readStatementColumns(
  session: Session,
  sql: string
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const { columns } = await session.describe(sql);
  return (columns ?? []).map(({ name, oid }) => ({ name, type: builtinTypeName(oid) ?? '' }));
}
