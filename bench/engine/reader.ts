import pg from 'pg';
import type { ConnectionOptions } from 'node:tls';
import type { Credentials } from '../../src/gateway/credentials/credentials';
import type { SessionOptions } from '../../src/gateway/postgres/session';
import { tlsOptions } from '../../src/gateway/postgres/tls';

/** One way to read a whole table, connected once and run several times. */
export interface Reader {
  /** Reads all rows and returns how many they were. */
  read(): Promise<number>;
  /** Of the file that the last read has written, for a case that writes one. */
  fileBytes?(): number;
  /** Of pages that were read all the while; one in a hundred took longer. */
  pageP99Ms?(): number;
  close(): Promise<void>;
}

export interface ReplicaAccess {
  readonly credentials: Credentials;
  readonly tls: ConnectionOptions | null;
}

/** From PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE and PGSSLROOTCERT, as psql reads them too. */
export function readReplicaAccess(environment: NodeJS.ProcessEnv): ReplicaAccess {
  const variable = (name: string) => environment[name] ?? '';
  return {
    credentials: {
      host: variable('PGHOST'),
      port: Number(variable('PGPORT')),
      database: variable('PGDATABASE'),
      user: variable('PGUSER'),
      password: variable('PGPASSWORD')
    },
    tls:
      variable('PGSSLMODE') === 'disable'
        ? null
        : tlsOptions({ mode: 'verify-full', caFile: variable('PGSSLROOTCERT') })
  };
}

export function sessionOptions({ tls }: ReplicaAccess): SessionOptions {
  return { tls: () => tls, connectTimeoutMs: 10_000, statementTimeoutMs: 600_000, searchPath: null };
}

/** `pg`'s client with its connection, which its types leave out. */
export interface PlainClient extends pg.Client {
  readonly connection: pg.Connection;
}

/** A connection without any of the gateway's session set-up. */
export async function connectPlain({ credentials, tls }: ReplicaAccess): Promise<PlainClient> {
  const client = new pg.Client({ ...credentials, ssl: tls ?? false }) as PlainClient;
  await client.connect();
  return client;
}
