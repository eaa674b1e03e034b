import type { Client } from 'pg';
import type { Result } from '../../../src/gateway/results/result';
import { Engine } from '../../support/engine';
import { startVersion, type VersionedServer } from '../../support/server-versions';

let server: VersionedServer;
let admin: Client;
let engine: Engine;
beforeAll(async () => {
  server = await startVersion(18);
  admin = await server.connect();
  await admin.query(`
    CREATE TABLE guarded (n int);
    CREATE FUNCTION slow_constant() RETURNS int LANGUAGE plpgsql IMMUTABLE AS
      $$ BEGIN PERFORM pg_sleep(60); RETURN 1; END $$`);
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  engine = await Engine.open({ ...server, poolSize: 1, spoolBudgetBytes: 64 * 2 ** 20 });
});
afterEach(() => engine.close());

/** What the server says that our backend does: state, wait event and statement. */
async function backend(): Promise<string> {
  const { rows } = await admin.query<{ shown: string }>(
    `SELECT concat_ws(' ', state, wait_event_type, wait_event) AS shown FROM pg_stat_activity
     WHERE application_name LIKE 'jupyterlab-replica%' AND state <> 'idle'`
  );
  return rows.map(({ shown }) => shown).join('; ');
}

async function seen(pattern: RegExp): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!pattern.test(await backend())) {
    if (Date.now() > deadline) {
      throw new Error(`The server never said ${String(pattern)}; it says "${await backend()}".`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function stopped(result: Result): Promise<void> {
  const asked = Date.now();
  result.cancel();
  await result.until();
  expect(Date.now() - asked).toBeLessThan(1_000);
  expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  await seen(/^$/);
  expect(Date.now() - asked).toBeLessThan(1_500);
  expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  while (engine.pool.counts.inUse > 0) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  expect(engine.pool.counts).toEqual({ idle: 1, inUse: 0, waiting: 0 });
}

describe('Stop ends a statement in the server within a second', () => {
  it('while it is parsed, which the server does not interrupt', async () => {
    const numbers = Array.from({ length: 3_000_000 }, (_, n) => n).join(',');
    const result = engine.start(`SELECT 1 WHERE 1 IN (${numbers})`);
    await seen(/^active$/);
    expect(result.status()).toMatchObject({ state: 'running', fields: null });
    result.cancel();
    await result.until();
    expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    // The server reads to the end of the statement; nobody waits for that connection, and none is lost to the pool.
    expect(await backend()).toBe('active');
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
    await seen(/^$/);
  });

  it('while it waits for a lock to be parsed', async () => {
    const other = await server.connect();
    await other.query('BEGIN; LOCK TABLE guarded');
    const result = engine.start('SELECT * FROM guarded');
    await seen(/active Lock relation/);
    expect(result.status()).toMatchObject({ state: 'running', fields: null });
    await stopped(result);
    await other.end();
  });

  it('while it is planned', async () => {
    const result = engine.start('SELECT n FROM guarded WHERE n = slow_constant()');
    await seen(/active Timeout PgSleep/);
    await stopped(result);
  });

  it('while it sleeps', async () => {
    const result = engine.start('SELECT pg_sleep(60)');
    await seen(/active Timeout PgSleep/);
    await stopped(result);
  });

  it('while it streams into the spool', async () => {
    const result = engine.start('SELECT generate_series(1, 1000000000), repeat($$x$$, 100)');
    await result.until(() => result.status().rows > 10_000);
    expect(result.status()).toMatchObject({ state: 'running', error: null });
    await seen(/active/);
    await stopped(result);
  });

  it('while it runs and waits for a lock', async () => {
    await admin.query('SELECT pg_advisory_lock(7)');
    const result = engine.start('SELECT pg_advisory_lock(7)');
    await seen(/active Lock advisory/);
    expect(result.status().fields).not.toBeNull();
    await stopped(result);
    await admin.query('SELECT pg_advisory_unlock(7)');
  });

  it('while its window is full and the server waits for the next fetch', async () => {
    const sql = 'SELECT generate_series(1, 100000000), repeat($$x$$, 100)';
    const result = engine.start(sql, { readOnce: true, readersPace: true });
    await result.until(() => result.status().rows > 0);
    await seen(/^idle in transaction Client ClientRead$/);
    expect(result.status()).toMatchObject({ state: 'running', error: null });
    await stopped(result);
  });

  it('while the reader is paused and the server cannot send', async () => {
    const session = await engine.pool.acquire(new AbortController().signal);
    await session.begin('jupyterlab-replica: paused reader');
    await session.describe('SELECT repeat($$x$$, 10000) FROM generate_series(1, 1000000)');
    const running = session.execute([], ['text'], () => session.pause());
    const outcome = running.catch((error: unknown) => error);
    await seen(/active Client ClientWrite/);
    const asked = Date.now();
    await session.cancel();
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    expect(Date.now() - asked).toBeLessThan(1_000);
    await session.end();
    engine.pool.release(session);
    expect(engine.pool.counts).toEqual({ idle: 1, inUse: 0, waiting: 0 });
  });

  it('before it begins, as long as it waits for a connection', async () => {
    const running = engine.start('SELECT pg_sleep(60)');
    await seen(/PgSleep/);
    const waiting = engine.start('SELECT 1');
    waiting.cancel();
    await waiting.until();
    expect(waiting.status().state).toBe('cancelled');
    await stopped(running);
  });
});

describe('a statement that waits for a lock', () => {
  it('is ended by the lock timeout with what to do', async () => {
    const other = await server.connect();
    await other.query('BEGIN; LOCK TABLE guarded');
    const { error } = await engine.run('SELECT * FROM guarded');
    expect(error).toMatchObject({ code: 'timeout', sqlstate: '55P03' });
    expect(error?.action).toContain('lock');
    await other.end();
  });
});
