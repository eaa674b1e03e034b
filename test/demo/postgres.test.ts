import net from 'node:net';
import { Client } from 'pg';
import { connect, type Login, type ServerAddress } from '../../demo/postgres-server';
import { testStack } from '../support/stack';

const stack = testStack();

async function query(server: ServerAddress, login: Login, sql: string) {
  const client = await connect(server, stack.database, login, stack.caFile);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const asReader = (sql: string) => query(stack.standby, stack.reader, sql);
const asOwner = (sql: string) => query(stack.primary, stack.owner, sql);

test('the reader works on a hot standby, over TLS, read-only by default', async () => {
  const [row] = await asReader(
    `SELECT pg_is_in_recovery() AS replica, ssl, current_setting('transaction_read_only') AS read_only
     FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  );
  expect(row).toEqual({ replica: true, ssl: true, read_only: 'on' });
});

test('the reader is let into the standby alone, the owner into the primary alone', async () => {
  await expect(query(stack.primary, stack.reader, 'SELECT 1')).rejects.toThrow('no pg_hba.conf entry');
  await expect(query(stack.standby, stack.owner, 'SELECT 1')).rejects.toThrow('no pg_hba.conf entry');
});

test('a connection without TLS and one that trusts another authority both fail', async () => {
  const plain = new Client({ ...stack.standby, database: stack.database, ...stack.reader, ssl: false });
  await expect(plain.connect()).rejects.toThrow('no encryption');
  await expect(connect(stack.standby, stack.database, stack.reader, stack.unknownCaFile)).rejects.toThrow(
    /certificate/
  );
});

test('both servers listen on the loopback address alone', async () => {
  await expect(canConnect('127.0.0.1')).resolves.toBe(true);
  // Another address of the loopback network, which a server on all addresses would answer.
  await expect(canConnect('127.0.0.2')).resolves.toBe(false);
});

test('a table that the owner makes later streams to the standby and may be read there', async () => {
  await asOwner('CREATE TABLE analytics.made_later AS SELECT 42 AS answer');
  try {
    const [{ lsn }] = await asAdminOn(stack.primary, 'SELECT pg_current_wal_insert_lsn() AS lsn');
    await expect(replayed(lsn)).resolves.toBe(true);
    await expect(asReader('SELECT answer FROM analytics.made_later')).resolves.toEqual([{ answer: 42 }]);
  } finally {
    await asOwner('DROP TABLE analytics.made_later');
  }
});

test('the grants alone keep the reader from writing', async () => {
  const [row] = await asReader(
    `SELECT bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writes,
            bool_and(has_table_privilege(c.oid, 'SELECT')) AS reads
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'analytics', 'finance', 'support') AND c.relkind IN ('r', 'v', 'm', 'p')`
  );
  expect(row).toEqual({ writes: false, reads: true });
});

const asAdminOn = (server: ServerAddress, sql: string) => query(server, stack.admin, sql);

async function replayed(lsn: string): Promise<boolean> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const [row] = await asAdminOn(stack.standby, `SELECT pg_last_wal_replay_lsn() >= '${lsn}' AS done`);
    if (row.done) return true;
  }
  return false;
}

function canConnect(host: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port: stack.standby.port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
