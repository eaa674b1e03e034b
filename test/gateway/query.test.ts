import { tableFromIPC } from 'apache-arrow';
import { readPage } from '../../src/gateway/results/page';
import { Engine, primaryCredentials, readAll } from '../support/engine';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

describe('a query', () => {
  it('has a small first batch also where its rows are wide', async () => {
    const result = engine.start("SELECT g, repeat('x', 4000) FROM generate_series(1, 2000) g");
    await result.until();
    const lengths = result.spool!.batches.map(({ length }) => length);
    expect(result.status()).toMatchObject({ state: 'done', rows: 2000 });
    // One look at the socket, which takes 256 KB of it, may come on top.
    expect(lengths[0]).toBeLessThan(600_000);
    expect(Math.max(...lengths)).toBeGreaterThan(900_000);
  });

  it('gives every row of a generated series in order', async () => {
    const table = await engine.table(
      'SELECT g::int4 AS n, g::int8 * 10000000000 AS big FROM generate_series(1, 200000) g'
    );
    expect(table.numRows).toBe(200_000);
    expect(table.batches.length).toBeGreaterThan(2);
    const n = table.getChild('n')!;
    const big = table.getChild('big')!;
    for (let row = 0; row < 200_000; row += 997) {
      expect(n.get(row)).toBe(row + 1);
      expect(big.get(row)).toBe(BigInt(row + 1) * 10_000_000_000n);
    }
  });

  it('keeps duplicate and empty column names in their order', async () => {
    const status = await engine.run('SELECT 1 AS a, 2 AS a, 3 AS "?column?", 4');
    expect(status.fields?.map(({ name }) => name)).toEqual(['a', 'a', '?column?', '?column?']);
  });

  it('keeps columns of one name and different types apart, in the whole and in a page', async () => {
    const result = engine.start("SELECT 1 AS a, 'x' AS a, true AS a");
    await result.until();
    const page = tableFromIPC(await readPage(result.spool!, 0, 10));
    for (const table of [await readAll(result), page]) {
      expect([0, 1, 2].map(column => table.getChildAt(column)!.get(0) as unknown)).toEqual([1, 'x', true]);
    }
  });

  it('has no rows and no columns for a statement that returns none', async () => {
    const status = await engine.run("SET LOCAL work_mem = '8MB'");
    expect(status).toMatchObject({ state: 'done', rows: 0, fields: [], command: 'SET' });
  });

  it('counts rows that have no columns', async () => {
    const table = await engine.table('SELECT FROM generate_series(1, 3)');
    expect(table.numRows).toBe(3);
  });

  it('runs SHOW, EXPLAIN, a CTE behind a comment, and TABLE', async () => {
    for (const sql of [
      'SHOW server_version',
      'EXPLAIN SELECT 1',
      '/* why */ WITH a AS (SELECT 1 AS x) SELECT x FROM a -- and that is all',
      'VALUES (1), (2)'
    ]) {
      expect(await engine.run(sql)).toMatchObject({ state: 'done', error: null });
    }
  });

  it('binds parameters by the protocol', async () => {
    const table = await engine.table(
      'SELECT $1::int AS i, $2::text AS t, $3::bool AS b, $4::text AS missing',
      {
        params: [7, "it's; DROP", true, null]
      }
    );
    expect({ ...table.get(0)!.toJSON() }).toEqual({ i: 7, t: "it's; DROP", b: true, missing: null });
  });

  it('asks for the name of a type it has not met without losing the statement', async () => {
    const fresh = await Engine.open();
    const table = await fresh.table('SELECT $1::order_status AS status, NULL::public.order_status', {
      params: ['paid']
    });
    expect(table.getChild('status')!.get(0)).toBe('paid');
    await fresh.close();
  });

  it('says how many parameters a statement wants', async () => {
    const status = await engine.run('SELECT $1::int + $2::int', { params: [1] });
    expect(status.error).toMatchObject({ code: 'bad-request', action: 'Give a value for each of $1 to $2.' });
  });

  it('shows notices', async () => {
    const status = await engine.run("DO $$ BEGIN RAISE NOTICE 'look here'; END $$");
    expect(status.notices).toEqual(['look here']);
  });
});

describe('a row limit', () => {
  it('cuts exactly there, says so, and about how many rows there are', async () => {
    const result = engine.start('SELECT * FROM orders', { rowLimit: 1500 });
    await result.until();
    const status = result.status();
    expect(status).toMatchObject({ state: 'done', rows: 1500, truncated: true, error: null });
    expect(status.rowEstimate).toBeGreaterThan(1500);
    expect((await readAll(result)).numRows).toBe(1500);
  });

  it('says nothing about a result that just fits', async () => {
    const status = await engine.run('SELECT * FROM generate_series(1, 100)', { rowLimit: 100 });
    expect(status).toMatchObject({ rows: 100, truncated: false, rowEstimate: null });
  });

  it('hides no value that does not fit behind the cut', async () => {
    const table = await engine.table(
      "SELECT v::numeric(6,2) AS v FROM (VALUES ('1'), ('NaN'), ('3'), ('4')) t(v)",
      {
        rowLimit: 3
      }
    );
    expect(table.getChild('v')!.toJSON()).toEqual(['1.00', 'NaN', '3.00']);
  });

  it('ends an endless statement in the server', async () => {
    const started = Date.now();
    const status = await engine.run('SELECT generate_series(1, 1000000000)', { rowLimit: 10 });
    expect(status).toMatchObject({ state: 'done', rows: 10, truncated: true });
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });
});

describe('rows of a running statement', () => {
  it('can be read before it has ended', async () => {
    // The server sends what it has in pieces of 8 kB.
    const result = engine.start(
      "SELECT g, repeat('x', 1000) AS x, pg_sleep(CASE WHEN g > 50 THEN 30 ELSE 0 END) FROM generate_series(1, 60) g"
    );
    await result.until(() => (result.spool?.rows ?? 0) > 0);
    expect(result.final).toBe(false);
    const { numRows } = await readAll(result);
    expect(numRows).toBeGreaterThan(40);
    expect(numRows).toBeLessThanOrEqual(50);
    result.cancel();
    await result.until();
  });

  it('begins with the first one at once, not with those of a moment later', async () => {
    // A row fills a piece of 8 kB, so that the server sends it with the beginning of the next, a tenth of a second later.
    const sql = "SELECT repeat('x', 9000) AS x, pg_sleep(0.1) FROM generate_series(1, 8)";
    const firstBatch = async (): Promise<number> => {
      const result = engine.start(sql);
      await result.until(() => (result.spool?.rows ?? 0) > 0);
      const { rows } = result.spool!;
      result.cancel();
      await result.until();
      return rows;
    };
    // On a busy machine a timer can be a tenth of a second late, but not again and again.
    let rows = await firstBatch();
    for (let more = 0; rows > 1 && more < 9; more++) rows = await firstBatch();
    expect(rows).toBe(1);
  });
});

describe('Stop', () => {
  it.each([
    ['a sleeping statement', 'SELECT pg_sleep(60)'],
    ['a statement that computes', 'SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class d'],
    ['a statement that streams', 'SELECT generate_series(1, 1000000000)']
  ])('ends %s in the server within a second', async (_, sql) => {
    const result = engine.start(sql);
    await new Promise(resolve => setTimeout(resolve, 300));
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
    const active = await engine.table(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = current_user AND state = 'active' AND pid <> pg_backend_pid()"
    );
    expect(active.getChild('n')!.get(0)).toBe(0);
  });

  it('never ends the statement that comes next on the connection', async () => {
    const single = await Engine.open({ poolSize: 1 });
    for (let round = 0; round < 20; round++) {
      const stopped = single.start('SELECT pg_sleep(5)');
      // At another point of the statement's life each time: queued, describing, running.
      await new Promise(resolve => setTimeout(resolve, round));
      stopped.cancel();
      expect(await single.run('SELECT pg_sleep(0.02)')).toMatchObject({ state: 'done', error: null });
      expect(stopped.status().state).toBe('cancelled');
    }
    await single.close();
  });

  it('ends a query that waits for a connection', async () => {
    const small = await Engine.open({ poolSize: 1 });
    const running = small.start('SELECT pg_sleep(60)');
    const waiting = small.start('SELECT 1');
    waiting.cancel();
    await waiting.until();
    expect(waiting.status()).toMatchObject({ state: 'cancelled' });
    expect(running.final).toBe(false);
    await small.close();
  });
});

describe('a statement that fails', () => {
  it('has the server’s message and the position of the error', async () => {
    const status = await engine.run('SELECT *\nFROM no_such_table');
    expect(status).toMatchObject({
      state: 'failed',
      error: { sqlstate: '42P01', message: 'relation "no_such_table" does not exist', position: 15 }
    });
  });

  it('has the code and the way out for each known cause', async () => {
    const code = async (sql: string) => (await engine.run(sql)).error;
    expect(await code('SELEC 1')).toMatchObject({ code: 'syntax-error', position: 1 });
    expect(await code('SELECT 1; SELECT 2')).toMatchObject({ code: 'several-statements' });
    expect(await code('CREATE TABLE t (a int)')).toMatchObject({ code: 'read-only' });
    expect(await code("UPDATE orders SET status = 'paid'")).toMatchObject({ code: 'read-only' });
    expect(await code('SELECT rolpassword FROM pg_authid')).toMatchObject({ code: 'permission-denied' });
    expect(await code('SELECT 1/0')).toMatchObject({ code: 'query-failed', sqlstate: '22012' });
  });

  it('is told that COPY gives no rows, and the next one runs', async () => {
    const status = await engine.run('COPY (SELECT generate_series(1, 1000000)) TO STDOUT');
    expect(status).toMatchObject({ state: 'failed', error: { code: 'query-failed' } });
    expect(status.error?.action).toContain('query inside it');
    expect(await engine.run('COPY orders FROM STDIN')).toMatchObject({ error: { code: 'read-only' } });
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });

  it.each(['', '-- nothing but a comment', ';'])('is fine when there is nothing to run: "%s"', async sql => {
    expect(await engine.run(sql)).toMatchObject({ state: 'done', rows: 0, fields: [] });
  });

  it('fails half-way with the rows before it gone from no reader', async () => {
    const result = engine.start('SELECT 1 / (g - 150000) FROM generate_series(1, 200000) g');
    await result.until();
    expect(result.status()).toMatchObject({ state: 'failed', error: { sqlstate: '22012' } });
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });

  it('is ended by the time limit', async () => {
    const hasty = await Engine.open({ statementTimeoutMs: 200 });
    expect(await hasty.run('SELECT pg_sleep(10)')).toMatchObject({
      state: 'failed',
      error: { code: 'timeout' }
    });
    await hasty.close();
  });

  it('is refused when its rows need more room than results may take', async () => {
    const tight = await Engine.open({ spoolBudgetBytes: 2 ** 20 });
    const status = await tight.run('SELECT generate_series(1, 10000000)');
    expect(status).toMatchObject({ state: 'failed', error: { code: 'result-too-large' } });
    expect(await tight.run('SELECT 1')).toMatchObject({ state: 'done' });
    await tight.close();
  });
});

describe('the session', () => {
  it('stays read-only on a primary for a role that could write', async () => {
    const writer = await Engine.open({ credentials: primaryCredentials() });
    expect(await writer.run('CREATE TABLE leak (a int)')).toMatchObject({ error: { code: 'read-only' } });
    expect(await writer.run('SET default_transaction_read_only = off')).toMatchObject({ state: 'done' });
    expect(await writer.run('CREATE TABLE leak (a int)')).toMatchObject({ error: { code: 'read-only' } });
    expect(await writer.run('COMMIT AND CHAIN')).toBeDefined();
    expect(await writer.run('CREATE TABLE leak (a int)')).toMatchObject({ error: { code: 'read-only' } });
    await writer.close();
  });

  it('forgets what a statement has set', async () => {
    const single = await Engine.open({ poolSize: 1 });
    await single.run("SET TimeZone = 'Asia/Tokyo'");
    const table = await single.table("SELECT current_setting('TimeZone') AS zone");
    expect(table.getChild('zone')!.get(0)).toBe('UTC');
    await single.close();
  });

  it('leaves neither locks nor prepared statements to the next one', async () => {
    const single = await Engine.open({ poolSize: 1 });
    await single.run('SELECT pg_advisory_lock(42)');
    await single.run('PREPARE kept AS SELECT 1');
    const left = await single.table(
      "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())::int AS locks, (SELECT count(*) FROM pg_prepared_statements WHERE name = 'kept')::int AS statements"
    );
    expect({ ...left.get(0)!.toJSON() }).toEqual({ locks: 0, statements: 0 });
    await single.close();
  });

  it('lets the server notice a client that is gone', async () => {
    const table = await engine.table("SELECT current_setting('client_connection_check_interval') AS every");
    expect(table.getChild('every')!.get(0)).toBe('10s');
  });

  it('shows who asks in application_name', async () => {
    const table = await engine.table("SELECT current_setting('application_name') AS name", {
      origin: { kind: 'panel', label: "orders 'by' month" }
    });
    expect(table.getChild('name')!.get(0)).toBe("jupyterlab-replica: panel orders 'by' month");
  });

  it('runs a statement again that lost its connection before a row was seen', async () => {
    const single = await Engine.open({ poolSize: 1 });
    expect(await single.run('SELECT 1')).toMatchObject({ state: 'done' });
    const self = single.start('SELECT pg_sleep(0.4), pg_backend_pid()');
    await new Promise(resolve => setTimeout(resolve, 150));
    await engine.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.4)%' AND pid <> pg_backend_pid()"
    );
    await self.until();
    expect(self.status()).toMatchObject({ state: 'done', rows: 1 });
    await single.close();
  });
});

describe('a result', () => {
  it('is kept while somebody reads it, and given up for another one otherwise', async () => {
    const tight = await Engine.open({ spoolBudgetBytes: 3 * 2 ** 20 });
    const sql = 'SELECT generate_series(1, 500000)';
    const read = tight.start(sql);
    await read.until();
    read.readers++;
    expect(await tight.run(sql)).toMatchObject({ state: 'failed', error: { code: 'result-too-large' } });
    expect((await readAll(read)).numRows).toBe(500_000);
    read.readers--;
    expect(await tight.run(sql)).toMatchObject({ state: 'done', rows: 500_000 });
    expect(() => tight.store.get(read.id)).toThrow('no longer kept');
    await tight.close();
  });
});

describe('a connection that cannot be made', () => {
  it.each([
    ['a wrong password', { credentials: { password: 'not-it' } }, 'authentication-failed'],

    ['a closed port', { credentials: { port: 1 } }, 'host-unreachable'],
    ['an unknown host', { credentials: { host: 'replica.invalid' } }, 'host-unreachable'],
    ['a missing CA file', { caFile: '/nowhere/ca.pem' }, 'tls-untrusted']
  ])('names %s and keeps the password to itself', async (_, options, code) => {
    const broken = await Engine.open(options);
    const status = await broken.run('SELECT 1');
    expect(status).toMatchObject({ state: 'failed', error: { code } });
    expect(status.error?.action).toBeTruthy();
    expect(JSON.stringify(status)).not.toContain('not-it');
    await broken.close();
  });

  it('names a certificate that no trusted authority has signed', async () => {
    const { testStack } = await import('../support/stack');
    const broken = await Engine.open({ caFile: testStack().unknownCaFile });
    expect(await broken.run('SELECT 1')).toMatchObject({ error: { code: 'tls-untrusted' } });
    await broken.close();
  });
});
