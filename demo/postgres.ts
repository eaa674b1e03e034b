import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { quoteIdentifier, quoteLiteral } from '../src/sql/quote';
import { READER_ROLE_DEFAULTS, readerRoleStatements } from '../src/sql/reader-role';
import { freePort } from './free-port';
import type { OwnedProcess } from './owned-process';
import { REPLICATOR, SLOT, startPrimary, startStandby, type PairDescription } from './pair-servers';
import { connect, endLeftOver, type Login } from './postgres-server';
import {
  createPrimary,
  createStandby,
  isComplete,
  markComplete,
  openSetup,
  type PostgresSetup
} from './postgres-setup';
import { SetupError } from './setup-error';

export interface Sample {
  /** Changes whenever the sample changes; a set-up with another one is made anew. */
  readonly fingerprint: string;
  readonly schemas: readonly string[];
  /** Creates and fills the tables as their owner. */
  load(owner: Client): Promise<void>;
}

export interface ReplicaPairOptions {
  /** Where data, certificates, passwords and logs are kept; an existing set-up there is started again. */
  readonly stateDir: string;
  readonly sample: Sample;
  /** The standby also takes the reader without TLS. */
  readonly plainToo?: boolean;
  log(line: string): void;
}

/** A primary and its streaming hot standby on the loopback address, both with TLS. */
export interface ReplicaPair extends PairDescription {
  /** Ends both servers. */
  stop(): Promise<void>;
}

/** Throws SetupError when a server cannot be made or started. */
export async function startReplicaPair(options: ReplicaPairOptions): Promise<ReplicaPair> {
  const setup = openSetup(options.stateDir, options.log);
  const pair = describe(setup, await freePort(), await freePort());
  for (const name of ['standby', 'primary']) {
    await endLeftOver(name, path.join(setup.serverDir, name));
  }
  if (!isComplete(setup, options.sample.fingerprint)) {
    await createPair(setup, pair, options.sample);
    markComplete(setup, options.sample.fingerprint);
  }
  const running: OwnedProcess[] = [];
  const stop = async () => {
    for (const server of running.splice(0).reverse()) {
      await server.stop();
    }
  };
  try {
    running.push(await startPrimary(setup, pair));
    await provideSlot(pair);
    running.push(await startStandby(setup, pair, options.plainToo ?? false));
    await caughtUp(pair);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...pair, stop };
}

const OWNER = 'jao_app';
const CATCH_UP_MS = 60_000;

function describe(setup: PostgresSetup, primaryPort: number, standbyPort: number): PairDescription {
  return {
    primary: { host: 'localhost', port: primaryPort },
    standby: { host: 'localhost', port: standbyPort },
    database: 'jao',
    admin: { user: 'postgres', password: setup.passwords.admin },
    owner: { user: OWNER, password: setup.passwords.owner },
    reader: { user: READER_ROLE_DEFAULTS.role, password: setup.passwords.reader },
    caFile: path.join(setup.stateDir, 'ca.crt'),
    unknownCaFile: path.join(setup.stateDir, 'unknown-ca.crt')
  };
}

async function createPair(setup: PostgresSetup, pair: PairDescription, sample: Sample): Promise<void> {
  await createPrimary(setup);
  const primary = await startPrimary(setup, pair);
  try {
    await createRoles(setup, pair);
    // Granted before there is a table, so that the default privileges must do their part.
    await as(pair, pair.owner, pair.database, async owner => {
      for (const schema of sample.schemas) {
        await owner.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
      }
    });
    await as(pair, pair.admin, pair.database, admin => grantReader(admin, pair, sample.schemas));
    await as(pair, pair.owner, pair.database, owner => sample.load(owner));
    await as(pair, pair.admin, pair.database, async admin => {
      await admin.query('VACUUM ANALYZE');
    });
  } finally {
    await primary.stop();
  }
  createStandby(setup);
}

async function createRoles(setup: PostgresSetup, pair: PairDescription): Promise<void> {
  await as(pair, pair.admin, 'postgres', async admin => {
    const { owner, replicator } = setup.passwords;
    await admin.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD ${quoteLiteral(owner)}`);
    await admin.query(`CREATE ROLE ${REPLICATOR} LOGIN REPLICATION PASSWORD ${quoteLiteral(replicator)}`);
    await admin.query(`CREATE DATABASE ${quoteIdentifier(pair.database)} OWNER ${OWNER}`);
  });
}

async function grantReader(admin: Client, pair: PairDescription, schemas: readonly string[]): Promise<void> {
  const role = { ...READER_ROLE_DEFAULTS, database: pair.database, schemas, owners: [OWNER] };
  for (const statement of readerRoleStatements(role)) {
    await admin.query(statement);
  }
  await admin.query(
    `ALTER ROLE ${quoteIdentifier(role.role)} PASSWORD ${quoteLiteral(pair.reader.password)}`
  );
}

/** The slot keeps the WAL that the standby has not got yet. */
async function provideSlot(pair: PairDescription): Promise<void> {
  await as(pair, pair.admin, 'postgres', async admin => {
    const known = await admin.query('SELECT FROM pg_replication_slots WHERE slot_name = $1', [SLOT]);
    if (known.rowCount === 0) {
      await admin.query('SELECT pg_create_physical_replication_slot($1, true)', [SLOT]);
    }
  });
}

/** Waits until the standby streams and has replayed everything that the primary has written. */
async function caughtUp(pair: PairDescription): Promise<void> {
  await as(pair, pair.admin, 'postgres', async admin => {
    const { rows } = await admin.query('SELECT pg_current_wal_insert_lsn() AS lsn');
    const deadline = Date.now() + CATCH_UP_MS;
    const reached = `SELECT FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn >= $1`;
    while ((await admin.query(reached, [rows[0].lsn])).rowCount === 0) {
      if (Date.now() > deadline) {
        throw new SetupError(
          'The standby does not follow the primary: see its log, or start over with --reset.'
        );
      }
      await sleep(50);
    }
  });
}

async function as(
  pair: PairDescription,
  login: Login,
  database: string,
  work: (client: Client) => Promise<void>
): Promise<void> {
  const client = await connect(pair.primary, database, login, pair.caFile);
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
