import type { Manifest } from '../contract/dataset';
import type { ColumnProfile } from '../contract/column-profile';
import type { ExportRequest } from '../contract/export';
import type { ExportPlan } from '../contract/storage';
import { readProfiles } from './catalog/column-profile';
import { builtinTypeName } from './columns/type-map';
import type { Session } from './postgres/session';
import { readReplicaState } from './postgres/replica';
import { estimate } from './postgres/row-estimate';
import { SourceColumns, type SourceColumn } from './postgres/source-columns';

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

/** A statement's columns, which it is not run for, with what ANALYZE has left about those of tables. */
export async function readStatementColumns(session: Session, sql: string): Promise<ExportPlan['columns']> {
  const { columns } = await session.describe(sql);
  const described = columns ?? [];
  const sources = await new SourceColumns(Date.now).of(session, described);
  const profiles = new Map<string, readonly ColumnProfile[]>();
  for (const source of sources) {
    const table = source && tableKey(source);
    if (source && table && !profiles.has(table) && profiles.size < MOST_TABLES) {
      profiles.set(table, await readProfiles(session, source.schema, source.table));
    }
  }
  return described.map(({ name, oid }, index) => {
    const source = sources[index];
    const profile = source && profiles.get(tableKey(source))?.find(({ column }) => column === source.column);
    const { distinct = null, lowest = null, highest = null } = profile ?? {};
    return { name, type: builtinTypeName(oid) ?? '', distinct, lowest, highest };
  });
}

/** A person waits for the plan; the first tables of a join say enough. */
const MOST_TABLES = 5;
const tableKey = ({ schema, table }: SourceColumn): string => JSON.stringify([schema, table]);
