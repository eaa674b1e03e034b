import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Engine, standbyCredentials } from '../../support/engine';
import { type PgBouncer, startPgBouncer } from '../../support/pgbouncer';

const LEFT_BEHIND = `SELECT (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks,
  (SELECT count(*)::int FROM pg_prepared_statements WHERE name NOT IN ('user', 'catalog')) AS statements`;

describe.each(['session', 'transaction'] as const)('behind PgBouncer in %s mode', mode => {
  let bouncer: PgBouncer;
  let engine: Engine;
  beforeAll(async () => {
    bouncer = await startPgBouncer(mode, standbyCredentials());
    engine = await Engine.open({
      withoutTls: true,
      poolSize: mode === 'session' ? 2 : 4,
      credentials: { host: '127.0.0.1', port: bouncer.port }
    });
  });
  afterAll(async () => {
    await engine.close();
    await bouncer.stop();
  });

  it('gives all rows to several at once', async () => {
    const tables = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(n => engine.table('SELECT $1::int AS n, * FROM orders', { params: [n] }))
    );
    expect(new Set(tables.map(({ numRows }) => numRows)).size).toBe(1);
    expect(tables.map(table => table.getChild('n')?.get(0) as unknown)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('has the settings in each transaction, and keeps none', async () => {
    const settings = `SELECT current_setting('TimeZone') AS zone, current_setting('transaction_read_only') AS read_only,
      current_setting('statement_timeout') AS statement_timeout, current_setting('application_name') AS name`;
    await engine.run("SET TimeZone = 'Asia/Tokyo'");
    for (const label of ['a', 'b', 'c']) {
      const table = await engine.table(settings, { origin: { kind: 'panel', label } });
      expect({ ...table.get(0)?.toJSON() }).toEqual({
        zone: 'UTC',
        read_only: 'on',
        statement_timeout: '1min',
        name: `jupyterlab-replica: panel ${label}`
      });
    }
  });

  it('leaves neither prepared statements nor advisory locks on a server connection', async () => {
    await Promise.all([1, 2, 3, 4].map(key => engine.run(`SELECT pg_advisory_lock(${key}), pg_sleep(0.1)`)));
    const leftBehind = async (): Promise<unknown> => (await engine.table(LEFT_BEHIND)).get(0)?.toJSON();
    const none = { locks: 0, statements: 0 };
    // Another connection may answer while the one with a lock is still being cleaned.
    for (const end = Date.now() + 5_000; Date.now() < end && !isDeepStrictEqual(await leftBehind(), none);) {
      await sleep(20);
    }
    expect(await leftBehind()).toEqual(none);
  });

  it('stops a statement in the server, and no other', async () => {
    const other = engine.start('SELECT pg_sleep(1.5), 1 AS n');
    const result = engine.start('SELECT pg_sleep(60)');
    await result.until(() => result.status().fields !== null);
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status().state).toBe('cancelled');
    await other.until();
    expect(other.status()).toMatchObject({ state: 'done', rows: 1 });
  });

  it('cuts at a row limit and estimates the rest', async () => {
    expect(await engine.run('SELECT * FROM orders', { rowLimit: 10 })).toMatchObject({
      rows: 10,
      truncated: true,
      rowEstimate: expect.any(Number)
    });
  });

  it('tells a password that PgBouncer refuses', async () => {
    const refused = await Engine.open({
      withoutTls: true,
      credentials: { host: '127.0.0.1', port: bouncer.port, password: 'not-it' }
    });
    expect((await refused.run('SELECT 1')).error).toMatchObject({ code: 'authentication-failed' });
    await refused.close();
  });
});
