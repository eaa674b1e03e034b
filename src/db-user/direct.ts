import pg from 'pg';
import type { ConnectionOptions } from 'node:tls';
import { type Operator, StatementFailed } from './statements';

export interface DirectLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: ConnectionOptions | null;
}

/** The operator over a connection of its own to the primary. */
export async function connectDirectly(login: DirectLogin): Promise<Operator> {
  const { tls, ...address } = login;
  const client = new pg.Client({
    ...address,
    ssl: tls ?? false,
    application_name: 'jupyterlab-replica: db-user'
  });
  client.on('error', () => undefined);
  await client.connect();
  const run = async (sql: string) => {
    try {
      const { rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array', types: AS_TEXT });
      return rows;
    } catch (error) {
      throw failure(sql, error);
    }
  };
  return {
    name: login.user,
    run,
    together: async statements => {
      await run('BEGIN');
      try {
        for (const statement of statements) {
          await run(statement);
        }
        await run('COMMIT');
      } catch (error) {
        await run('ROLLBACK');
        throw error;
      }
    },
    close: () => client.end()
  };
}

/** Every value as PostgreSQL writes it. */
const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => (value: string) => value };

function failure(sql: string, error: unknown): StatementFailed {
  const reason = error instanceof Error ? error.message : String(error);
  const sqlstate = error instanceof Error && 'code' in error ? String(error.code) : null;
  return new StatementFailed(sql, reason, sqlstate);
}
