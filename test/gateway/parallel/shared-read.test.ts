import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Table } from 'apache-arrow';
import type { Client } from 'pg';
import { connect } from '../../../demo/postgres-server';
import type { Result } from '../../../src/gateway/results/result';
import { Engine, readAll } from '../../support/engine';
import { testStack } from '../../support/stack';
import { BULK_ROWS, connectPrimary, createSchema, replayed } from './bulk-table';

const SCHEMA = 'shared_read';
const BULK = `SELECT * FROM ${SCHEMA}.bulk`;
const TWO = { connections: 2, inOrder: false, required: true };
const IN_ORDER = { ...TWO, inOrder: true };
const ALONE = { ...TWO, connections: 1, required: false };

let primary: Client;
let engine: Engine;

beforeAll(async () => {
  primary = await connectPrimary();
  await createSchema(primary, SCHEMA);
  // The order on disk is then not that of the numbers.
  await primary.query(`UPDATE ${SCHEMA}.bulk SET round = 1 WHERE id % 10 = 0`);
  await replayed(primary);
  // Room for a read while the one before tidies up.
  engine = await Engine.open({ poolSize: 4 });
});

afterAll(async () => {
  await engine.close();
  await primary.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await primary.end();
});

/** A hash of each row, in order. */
function rowHashes(table: Table): readonly string[] {
  const columns = table.schema.fields.map((_, column) => [...table.getChildAt(column)!]);
  return Array.from({ length: table.numRows }, (_, row) =>
    createHash('sha1')
      .update(columns.map(column => String(column[row])).join('|'))
      .digest('base64')
  );
}

/** One hash for all: a difference of thousands of lines is of no use to anybody. */
function digest(hashes: readonly string[]): string {
  return createHash('sha1').update(hashes.join('\n')).digest('base64');
}

function numbers(table: Table, column: string): readonly number[] {
  return [...table.getChild(column)!].map(Number);
}

/** Connections of ours that do something on the standby. */
async function busyBackends(): Promise<number> {
  const { standby, database, admin, reader, caFile } = testStack();
  const client = await connect(standby, database, admin, caFile);
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle' AND query LIKE '%${SCHEMA}%'`,
    [reader.user]
  );
  await client.end();
  return rows.length;
}

/** Ends the server's side of one connection that reads a range, once there is one. */
async function killOneReader(): Promise<void> {
  const { standby, database, admin, caFile } = testStack();
  const client = await connect(standby, database, admin, caFile);
  const kill = async () => {
    const { rows } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE state = 'active' AND query LIKE '%${SCHEMA}.bulk WHERE ctid%' AND pid <> pg_backend_pid() LIMIT 1`
    );
    return rows.length;
  };
  while ((await kill()) === 0);
  await client.end();
}

/** Within a moment, since a result is final before its connections are tidied up. */
async function allGivenBack({ pool }: Engine): Promise<void> {
  const until = Date.now() + 2_000;
  while (pool.counts.inUse > 0 && Date.now() < until) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(pool.counts.inUse).toBe(0);
}

const filesBeside = (result: Result) => readdir(path.dirname(result.spool!.path));

describe('a table read over two connections', () => {
  it.each([
    ['any order', TWO],
    ['order', IN_ORDER]
  ])('for one reader, in %s, is done whether or not it takes rows', async (_, parallel) => {
    const result = engine.start(BULK, { readOnce: true, parallel });
    await result.until();
    expect(result.status()).toMatchObject({ state: 'done', rows: BULK_ROWS, parallel: { connections: 2 } });
    let rows = 0;
    for await (const batch of result.rows!.stream(new AbortController().signal, 'lent')) {
      rows += batch.rows;
    }
    expect(rows).toBe(BULK_ROWS);
  });

  it('has exactly the rows of the plain read', async () => {
    const result = engine.start(BULK, { parallel: TWO });
    await result.until();
    expect(result.status()).toMatchObject({
      state: 'done',
      error: null,
      rows: BULK_ROWS,
      command: `SELECT ${BULK_ROWS}`,
      parallel: { connections: 2, refusal: null }
    });
    const plain = await engine.table(BULK, { parallel: ALONE });
    const shared = await readAll(result);
    expect(shared.schema.toString()).toBe(plain.schema.toString());
    expect(digest([...rowHashes(shared)].sort())).toBe(digest([...rowHashes(plain)].sort()));
  });

  it('comes in the order of a single scan where that is asked for, and leaves no other file', async () => {
    const result = engine.start(`TABLE ${SCHEMA}.bulk`, { parallel: IN_ORDER });
    await result.until();
    expect(result.status()).toMatchObject({ rows: BULK_ROWS, parallel: { connections: 2, refusal: null } });
    const scan = await engine.table(`${BULK} ORDER BY ctid`);
    expect(digest(rowHashes(await readAll(result)))).toBe(digest(rowHashes(scan)));
    const own = (await filesBeside(result)).filter(file => file.startsWith(result.id));
    expect(own).toEqual([path.basename(result.spool!.path)]);
  });

  it('shows some columns as well as all', async () => {
    const table = await engine.table(`SELECT note, id FROM ${SCHEMA}.bulk;`, { parallel: TWO });
    expect(table.schema.names).toEqual(['note', 'id']);
    expect(new Set(numbers(table, 'id')).size).toBe(BULK_ROWS);
  });

  it('uses as many connections as are asked for and allowed', async () => {
    const wide = await Engine.open({ poolSize: 4, parallel: { connections: 3, thresholdBytes: 2 ** 30 } });
    const status = await wide.run(BULK, { parallel: { ...TWO, connections: 8 } });
    expect(status).toMatchObject({ rows: BULK_ROWS, parallel: { connections: 3, refusal: null } });
    await allGivenBack(wide);
    expect(wide.pool.counts.idle).toBe(3);
    await wide.close();
  });

  it('makes a column text in all of them when one finds a value that does not fit', async () => {
    await primary.query(`CREATE TABLE ${SCHEMA}.odd AS TABLE ${SCHEMA}.bulk`);
    await primary.query(`INSERT INTO ${SCHEMA}.odd VALUES (0, 0, 'NaN', 'the last')`);
    await replayed(primary);
    const result = engine.start(`TABLE ${SCHEMA}.odd`, { parallel: TWO });
    await result.until();
    const { fields, rows, parallel } = result.status();
    expect(fields?.map(({ arrow }) => arrow)).toEqual(['Int32', 'Int32', 'Utf8', 'Utf8']);
    expect([rows, parallel?.connections]).toEqual([BULK_ROWS + 1, 2]);
  });
});

/** Writes to the primary again and again for as long as `read` takes. */
async function whileWriting<T>(statements: readonly string[], read: () => Promise<T>): Promise<T> {
  let done = false;
  const write = async () => {
    while (!done) {
      for (const sql of statements) await primary.query(sql);
    }
  };
  const writing = write();
  try {
    return await read();
  } finally {
    done = true;
    await writing;
  }
}

describe.each([
  ['in any order', TWO],
  ['in order', IN_ORDER]
])('while the primary writes, %s', (_, parallel) => {
  const suffix = parallel.inOrder ? 'in_order' : 'any';

  it('all connections see the same moment', async () => {
    const name = `${SCHEMA}.spread_${suffix}`;
    const spread = `id % ${BULK_ROWS / 20} = 1`;
    await primary.query(`CREATE TABLE ${name} WITH (fillfactor = 50) AS TABLE ${SCHEMA}.bulk`);
    await primary.query(`CREATE INDEX ON ${name} (id) WHERE ${spread}`);
    await primary.query(`UPDATE ${name} SET round = 0 WHERE ${spread}`);
    await replayed(primary);
    // Rows of every part of the table change in one transaction, and a moment later again.
    const write = `UPDATE ${name} SET round = round + 1 WHERE ${spread}`;
    const reads = await whileWriting([write], async () => {
      const found: number[][] = [];
      while (found.length < 25) {
        const table = await engine.table(`SELECT id, round FROM ${name}`, { parallel });
        const [ids, rounds] = [numbers(table, 'id'), numbers(table, 'round')];
        found.push(rounds.filter((__, row) => ids[row]! % (BULK_ROWS / 20) === 1));
      }
      return found;
    });
    reads.forEach(rounds => expect(rounds).toEqual(Array.from({ length: 20 }, () => rounds[0])));
    expect(new Set(reads.map(([round]) => round)).size).toBeGreaterThan(3);
  });

  it('no row is lost or doubled by updates of all rows and VACUUM', async () => {
    const name = `${SCHEMA}.moving_${suffix}`;
    await primary.query(`CREATE TABLE ${name} AS TABLE ${SCHEMA}.bulk`);
    await primary.query(`UPDATE ${name} SET round = 0`);
    await replayed(primary);
    const rounds = await whileWriting(
      [`UPDATE ${name} SET round = round + 1`, `VACUUM ${name}`],
      async () => {
        const seen = new Set<number>();
        for (let reads = 0; reads < 20 && seen.size < 3; reads++) {
          const table = await engine.table(`SELECT id, round FROM ${name}`, { parallel });
          const [round, ...others] = new Set(numbers(table, 'round'));
          expect(others).toEqual([]);
          expect(table.numRows).toBe(BULK_ROWS);
          expect(new Set(numbers(table, 'id')).size).toBe(BULK_ROWS);
          seen.add(round!);
        }
        return seen;
      }
    );
    expect(rounds.size).toBeGreaterThan(1);
  });
});

describe('a shared read that ends early', () => {
  it.each([
    ['in any order', TWO],
    ['in order', IN_ORDER]
  ])('is cancelled in all connections, %s, and leaves nothing', async (_, parallel) => {
    const result = engine.start(BULK, { parallel });
    await result.until(() => result.status().rows > 0);
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(await busyBackends()).toBe(0);
    expect((await filesBeside(result)).filter(file => file.startsWith(result.id)).length).toBe(1);
    await engine.store.release(result.id);
    expect(await engine.run(BULK, { parallel })).toMatchObject({ rows: BULK_ROWS, error: null });
    await allGivenBack(engine);
  });

  it('runs again when one of its connections is lost', async () => {
    const killing = killOneReader();
    const status = await runUntil(() => engine.run(BULK, { parallel: TWO }), killing);
    expect(status).toMatchObject({ state: 'done', rows: BULK_ROWS, generation: 2 });
    expect(await busyBackends()).toBe(0);
  });

  it('fails as a whole when rows were handed on before one connection is lost', async () => {
    const killing = killOneReader();
    const status = await runUntil(async () => {
      const result = engine.start(BULK, { parallel: TWO });
      result.streams++;
      await result.until();
      return result.status();
    }, killing);
    expect(status).toMatchObject({ state: 'failed', error: { code: 'connection-lost' } });
    expect(await busyBackends()).toBe(0);
    await allGivenBack(engine);
  });

  it('is refused as a whole when its rows need more room than results may take', async () => {
    const tight = await Engine.open({ spoolBudgetBytes: 2 ** 20 });
    for (const parallel of [TWO, IN_ORDER]) {
      expect(await tight.run(BULK, { parallel })).toMatchObject({ error: { code: 'result-too-large' } });
    }
    await allGivenBack(tight);
    await tight.close();
  });
});

/** Runs until `event` has happened during a run, and gives that run's outcome. */
async function runUntil<T>(run: () => Promise<T>, event: Promise<void>): Promise<T> {
  let happened = false;
  const noted = event.then(() => (happened = true));
  for (;;) {
    const outcome = await run();
    if (happened) {
      await noted;
      return outcome;
    }
  }
}

describe('without being asked', () => {
  const small = { connections: 2, thresholdBytes: 4 * 2 ** 20 };

  it.each(['kernel', 'script', 'export'] as const)('a %s shares the read of a large table', async kind => {
    const eager = await Engine.open({ parallel: small });
    const origin = { kind, label: 'x' };
    expect(await eager.run(BULK, { origin })).toMatchObject({
      rows: BULK_ROWS,
      parallel: { connections: 2 }
    });
    await eager.close();
  });

  it.each(['panel', 'preview'] as const)('a %s does not', async kind => {
    const eager = await Engine.open({ parallel: small });
    expect((await eager.run(BULK, { origin: { kind, label: 'x' } })).parallel).toBeNull();
    await eager.close();
  });

  it('nobody shares a small table, or any other statement', async () => {
    expect((await engine.run(BULK)).parallel).toEqual({ connections: 1, refusal: 'small' });
    expect((await engine.run('SELECT 1')).parallel).toBeNull();
  });
});
