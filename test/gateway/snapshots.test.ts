import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connect } from '../../demo/postgres-server';
import type { QueryRequest } from '../../src/contract/query';
import { snapshotLimits } from '../../src/gateway/snapshots';
import { Engine } from '../support/engine';
import { testStack } from '../support/stack';
import { BULK_ROWS, connectPrimary, createSchema, replayed } from './parallel/bulk-table';

const SCHEMA = 'frozen';
const origin = { kind: 'script', label: 'test' } as const;
const REQUEST = { origin, profile: null, maxSeconds: null };

let primary: Client;
let engine: Engine;
const never = new AbortController().signal;

beforeAll(async () => {
  primary = await connectPrimary();
  await createSchema(primary, SCHEMA);
  await primary.query(`CREATE TABLE ${SCHEMA}.entries (id bigint PRIMARY KEY)`);
  await primary.query(`INSERT INTO ${SCHEMA}.entries SELECT generate_series(1, 1000)`);
  await replayed(primary);
  engine = await Engine.open({ poolSize: 6 });
});

afterEach(() => engine.snapshots.dispose());

afterAll(async () => {
  await engine.close();
  await primary.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await primary.end();
});

async function open(maxSeconds: number | null = null, on = engine): Promise<string> {
  return (await on.snapshots.open({ ...REQUEST, maxSeconds }, never)).snapshotId;
}

async function count(request: Partial<QueryRequest> = {}): Promise<number> {
  const table = await engine.table(`SELECT count(*) FROM ${SCHEMA}.entries`, request);
  return Number(table.getChildAt(0)!.get(0));
}

/** Runs on the standby as its administrator. */
async function onStandby(sql: string): Promise<number> {
  const { standby, database, admin, caFile } = testStack();
  const client = await connect(standby, database, admin, caFile);
  try {
    return (await client.query(sql)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

const HOLDER = `FROM pg_stat_activity WHERE application_name LIKE '%snapshot of script test'`;

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 10_000; !(await isSo()); await sleep(50)) {
    if (Date.now() > until) {
      throw new Error('It did not come to be.');
    }
  }
}

describe('a snapshot', () => {
  it('keeps several queries on one view while the primary goes on', async () => {
    const snapshot = await open();
    const before = await count({ snapshot });
    await primary.query(`INSERT INTO ${SCHEMA}.entries SELECT max(id) + 1 FROM ${SCHEMA}.entries`);
    await replayed(primary);
    expect(await Promise.all([count({ snapshot }), count({ snapshot }), count()])).toEqual([
      before,
      before,
      before + 1
    ]);
  });

  it('tells where it stands and how others join it', async () => {
    const snapshot = await engine.snapshots.open({ ...REQUEST, maxSeconds: 5 }, never);
    expect(snapshot).toMatchObject({ state: 'open', origin, silentSeconds: 60, error: null });
    expect(snapshot.lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(snapshot.lagMs).not.toBeNull();
    expect(Date.parse(snapshot.expiresAt) - Date.parse(snapshot.asOf)).toBeGreaterThan(4_000);
    expect(Date.parse(snapshot.expiresAt) - Date.parse(snapshot.asOf)).toBeLessThan(6_000);
    const { standby, database, reader, caFile } = testStack();
    const other = await connect(standby, database, reader, caFile);
    await other.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await other.query(`SET TRANSACTION SNAPSHOT '${snapshot.exportedName}'`);
    await other.end();
  });

  it('is seen by several connections that share a read', async () => {
    const snapshot = await open();
    const sum = async (request: Partial<QueryRequest>) => {
      const result = engine.start(`SELECT id, round FROM ${SCHEMA}.bulk`, request);
      await result.until();
      return result.status();
    };
    await primary.query(`INSERT INTO ${SCHEMA}.bulk SELECT * FROM ${SCHEMA}.bulk LIMIT 100`);
    await replayed(primary);
    const parallel = { connections: 2, inOrder: false, required: true };
    expect(await sum({ snapshot, parallel })).toMatchObject({
      state: 'done',
      rows: BULK_ROWS,
      parallel: { connections: 2, refusal: null }
    });
    expect(await sum({ snapshot })).toMatchObject({ rows: BULK_ROWS });
    expect(await sum({ parallel })).toMatchObject({ rows: BULK_ROWS + 100 });
  });

  it('is seen by a result larger than the disk, which is read once', async () => {
    const snapshot = await open();
    const seen = await count({ snapshot });
    await primary.query(`INSERT INTO ${SCHEMA}.entries SELECT max(id) + 1 FROM ${SCHEMA}.entries`);
    await replayed(primary);
    const status = await engine.run(`SELECT * FROM ${SCHEMA}.entries`, { snapshot, readOnce: true });
    expect(status).toMatchObject({ state: 'done', rows: seen });
  });

  it('that is released gives its connection back, and says so to who asks for it', async () => {
    const snapshot = await open();
    expect(engine.pool.counts.inUse).toBe(1);
    await engine.snapshots.release(snapshot);
    await engine.snapshots.release(snapshot);
    expect(engine.pool.counts.inUse).toBe(0);
    expect(await onStandby(`SELECT 1 ${HOLDER} AND state <> 'idle'`)).toBe(0);
    expect(await engine.run('SELECT 1', { snapshot })).toMatchObject({
      state: 'failed',
      error: { code: 'snapshot-ended', message: 'The snapshot was released.' }
    });
    expect(await engine.snapshots.status(snapshot)).toMatchObject({ state: 'ended', error: null });
  });

  it('ends after its time, while a query that has entered it goes on', async () => {
    const snapshot = await open(1);
    const late = engine.start('SELECT pg_sleep(2)', { snapshot });
    await sleep(1_300);
    const error = { code: 'snapshot-ended', message: 'The snapshot ended after 1 second.' };
    expect(await engine.run('SELECT 1', { snapshot })).toMatchObject({ state: 'failed', error });
    expect(await engine.snapshots.status(snapshot)).toMatchObject({ state: 'ended', error });
    await late.until();
    expect(late.status().state).toBe('done');
    await eventually(() => Promise.resolve(engine.pool.counts.inUse === 0));
  });

  it('nobody asks for ends, and asking keeps it', async () => {
    const hasty = await Engine.open({ poolSize: 4, snapshots: { silentMs: 600 } });
    const [kept, forgotten] = [await open(null, hasty), await open(null, hasty)];
    for (let times = 0; times < 5; times++) {
      await sleep(250);
      await hasty.snapshots.status(kept);
    }
    expect(await hasty.snapshots.status(kept)).toMatchObject({ state: 'open' });
    expect(await hasty.snapshots.status(forgotten)).toMatchObject({
      state: 'ended',
      error: { code: 'snapshot-ended', message: 'Nobody used the snapshot for 1 second.' }
    });
    await hasty.close();
  });

  it('leaves connections for queries: there are never more than half', async () => {
    const [first] = [await open(), await open(), await open()];
    await expect(open()).rejects.toMatchObject({
      code: 'snapshot-unavailable',
      message: 'There are 3 open snapshots, and this gateway holds 3 at most.'
    });
    await engine.snapshots.release(first);
    await open();
    expect(snapshotLimits(1, 1).count).toBe(0);
  });

  it('whose connection the server ends says so, and takes no connection any more', async () => {
    const snapshot = await open();
    await onStandby(`SELECT pg_terminate_backend(pid) ${HOLDER}`);
    await eventually(async () => (await engine.snapshots.status(snapshot)).state === 'ended');
    expect(await engine.run('SELECT 1', { snapshot })).toMatchObject({
      error: {
        code: 'snapshot-ended',
        message: 'The connection that held the snapshot broke.',
        detail: 'terminating connection due to administrator command'
      }
    });
    expect(engine.pool.counts.inUse).toBe(0);
  });

  it('is of one database only', async () => {
    const other = await Engine.open();
    const snapshot = await open();
    expect(() => engine.snapshots.find(snapshot, other.pool)).toThrow('of another connection profile');
    await other.close();
  });

  it('that nobody remembers is told apart from a statement that failed', async () => {
    const snapshot = '00000000-0000-4000-8000-000000000000';
    expect(await engine.run('SELECT 1', { snapshot })).toMatchObject({ error: { code: 'snapshot-ended' } });
    await expect(engine.snapshots.status(snapshot)).rejects.toMatchObject({ code: 'snapshot-ended' });
  });
});
