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
  readonly database: string | null;
  readonly rows: number | null;
  /** Of one row, as the planner has it. */
  readonly widthBytes: number | null;
}

export const NO_FACTS: ExportFacts = { database: null, rows: null, widthBytes: null };

/** What the server's planner expects of the statement. */
export async function readExportFacts(
  session: Session,
  { sql, params }: Pick<ExportRequest, 'sql' | 'params'>
): Promise<ExportFacts> {
  const { database } = await readReplicaState(session);
  // It comes last, since a statement that cannot be explained ends the transaction.
  const expected = await estimate(session, sql, params);
  return { database, rows: expected?.rows ?? null, widthBytes: expected?.widthBytes ?? null };
}

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
