import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OwnedProcess } from './owned-process';
import { startServer, type Login, type ServerAddress } from './postgres-server';
import { give, type PostgresSetup } from './postgres-setup';

/** Where the two servers are and who may use them. */
export interface PairDescription {
  readonly primary: ServerAddress;
  readonly standby: ServerAddress;
  readonly database: string;
  /** The superuser, on either server. */
  readonly admin: Login;
  /** Owns the tables; primary only. */
  readonly owner: Login;
  /** `sagemaker_readonly`; standby only. */
  readonly reader: Login;
  /** Certificate authority of both servers. */
  readonly caFile: string;
  /** A certificate authority that signed neither. */
  readonly unknownCaFile: string;
}

export const REPLICATOR = 'replicator';
export const SLOT = 'standby';

/** The server that is written to. */
export function startPrimary(setup: PostgresSetup, pair: PairDescription): Promise<OwnedProcess> {
  return startServer({
    ...common(setup, pair, 'primary'),
    port: pair.primary.port,
    settings: sharedSettings(setup),
    access: [
      hostssl('all', pair.admin.user),
      hostssl(pair.database, pair.owner.user),
      hostssl('replication', REPLICATOR)
    ]
  });
}

/** The hot standby; its primary must be running. The reader may come without TLS where `plainToo`. */
export function startStandby(
  setup: PostgresSetup,
  pair: PairDescription,
  plainToo: boolean
): Promise<OwnedProcess> {
  const { port } = pair.primary;
  const secret = `localhost:${port}:*:${REPLICATOR}:${setup.passwords.replicator}\n`;
  const passFile = give(setup, 'standby.pgpass', secret);
  // The account that runs the server must be able to read it, wherever the state folder lies.
  const rootCert = give(setup, 'ca.crt', readFileSync(pair.caFile, 'utf8'));
  return startServer({
    ...common(setup, pair, 'standby'),
    port: pair.standby.port,
    settings: {
      ...sharedSettings(setup),
      primary_conninfo: [
        `host=localhost port=${port} user=${REPLICATOR} passfile='${passFile}'`,
        `sslmode=verify-full sslrootcert='${rootCert}' application_name=standby`
      ].join(' '),
      primary_slot_name: SLOT,
      // As Aurora's readers have them.
      hot_standby_feedback: 'on',
      max_standby_streaming_delay: '14s'
    },
    access: [
      hostssl('all', pair.admin.user),
      hostssl('all', pair.reader.user),
      ...(plainToo ? [hostssl(pair.database, pair.reader.user).replace('hostssl', 'hostnossl')] : [])
    ]
  });
}

function common(setup: PostgresSetup, pair: PairDescription, name: 'primary' | 'standby') {
  return {
    name: `PostgreSQL (${name})`,
    binaries: setup.binaries,
    account: setup.account,
    dataDirectory: path.join(setup.serverDir, name),
    logFile: path.join(setup.stateDir, 'logs', `${name}.log`),
    admin: pair.admin,
    caFile: pair.caFile
  };
}

function sharedSettings(setup: PostgresSetup): Readonly<Record<string, string>> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: 'on',
    ssl_cert_file: path.join(setup.serverDir, 'server.crt'),
    ssl_key_file: path.join(setup.serverDir, 'server.key'),
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_wal_size: '256MB',
    random_page_cost: '1.1',
    // The data can be made again at any time, so nothing waits for the disk.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off'
  };
}

function hostssl(database: string, user: string): string {
  return `hostssl ${database} ${user} 127.0.0.1/32 scram-sha-256`;
}
