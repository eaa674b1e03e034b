import type { Client } from 'pg';
import { connect } from '../../../demo/postgres-server';
import { testStack } from '../../support/stack';

/** With 600 bytes a row, large enough to be worth two connections. */
export const BULK_ROWS = 40_000;

/** A connection to the primary as the owner of its tables. */
export function connectPrimary(): Promise<Client> {
  const { primary, database, owner, caFile } = testStack();
  return connect(primary, database, owner, caFile);
}

/** Makes a schema that the reader may read, with the table `bulk`. */
export async function createSchema(primary: Client, schema: string): Promise<void> {
  const { user } = testStack().reader;
  await primary.query(`CREATE SCHEMA ${schema}`);
  await primary.query(`GRANT USAGE ON SCHEMA ${schema} TO ${user}`);
  await primary.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${user}`);
  await primary.query(bulkTable(`${schema}.bulk`));
}

export function bulkTable(name: string): string {
  return `CREATE TABLE ${name} AS
    SELECT g AS id, 0 AS round, (g / 100.0)::numeric(12,2) AS amount,
      CASE WHEN g % 7 > 0 THEN repeat('ž', 250 + g % 90) END AS note
    FROM generate_series(1, ${BULK_ROWS}) g`;
}

/** Resolves once the standby has all that the primary has by now. */
export async function replayed(primary: Client): Promise<void> {
  const { standby, database, admin, caFile } = testStack();
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn');
  const client = await connect(standby, database, admin, caFile);
  const isThere = async (): Promise<boolean> => {
    const found = await client.query<{ there: boolean }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there',
      [rows[0]!.lsn]
    );
    return found.rows[0]!.there;
  };
  try {
    while (!(await isThere())) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  } finally {
    await client.end();
  }
}
