import type { Client } from 'pg';
import { parseScaleOutRequest, type ScaleOutRequest } from '../../../src/contract/scale-out';
import { SourceColumns } from '../../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../../src/gateway/postgres/type-names';
import { insideSnapshot } from '../../../src/gateway/scale-out/inside-snapshot';
import { type Parts, planParts } from '../../../src/gateway/scale-out/plan';
import { Engine } from '../../support/engine';
import { BULK_ROWS, connectPrimary, createSchema, replayed } from '../parallel/bulk-table';

const ROWS = 20_000;
const SCHEMA = 'scaled';

let primary: Client;
let engine: Engine;

beforeAll(async () => {
  primary = await connectPrimary();
  await createSchema(primary, SCHEMA);
  await primary.query(`CREATE TABLE ${SCHEMA}.skewed AS
    SELECT g AS id, (random() ^ 8 * 1e9)::bigint AS power, CASE WHEN g % 5 < 3 THEN 7 ELSE g END AS heavy,
      CASE WHEN g % 3 > 0 THEN 'k' || g END AS missing, '{1,2}'::int[] AS list, md5(g::text)::uuid AS other
    FROM generate_series(1, ${ROWS}) g`);
  for (const column of ['power', 'heavy', 'missing']) {
    await primary.query(`CREATE INDEX ON ${SCHEMA}.skewed (${column})`);
  }
  await primary.query(`ANALYZE ${SCHEMA}.skewed`);
  await replayed(primary);
  engine = await Engine.open();
});

afterAll(async () => {
  await engine.close();
  await primary.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await primary.end();
});

/** A plan, and the rows of each of its parts, in one transaction. */
function planned(
  request: Partial<ScaleOutRequest>
): Promise<{ readonly plan: Parts; readonly rows: readonly number[] }> {
  const whole = parseScaleOutRequest({
    ...{ sql: '', bucket: 'b', key: 'k', engine: 'local', origin: { kind: 'script', label: 'test' } },
    ...request
  });
  const facts = { types: new TypeNames(), sources: new SourceColumns(Date.now) };
  const { signal } = new AbortController();
  return insideSnapshot(engine.pool, engine.snapshots, null, 'test', signal, async session => {
    const plan = await planParts(session, facts, whole, 8);
    const rows: number[] = [];
    for (const part of plan.parts) {
      const [found] = await session.rows(`SELECT count(*) FROM ${plan.source} WHERE ${part}`);
      rows.push(Number(found![0]));
    }
    return { plan, rows };
  });
}

const sum = (rows: readonly number[]): number => rows.reduce((all, some) => all + some, 0);

test('a plain table is cut by its pages, which its plan scans by their numbers', async () => {
  const { plan, rows } = await planned({ sql: `SELECT * FROM ${SCHEMA}.bulk;`, sessions: 3 });
  expect(plan).toMatchObject({ cutBy: 'pages of "scaled"."bulk"', sessions: 3, notes: [] });
  expect(plan.parts).toHaveLength(12);
  expect(sum(rows)).toBe(BULK_ROWS);
  const explained = await engine.table(`EXPLAIN SELECT c0 FROM ${plan.source} WHERE ${plan.parts[1]}`);
  expect(String(explained.getChildAt(0)?.get(0))).toContain('Tid Range Scan');
});

test.each(['power', 'heavy', 'missing'])(
  'a statement is cut evenly by its skewed key %s',
  async keyColumn => {
    const sql = `SELECT id, ${keyColumn} FROM ${SCHEMA}.skewed WHERE id > 10`;
    const { plan, rows } = await planned({ sql, keyColumn, parts: 8 });
    expect(plan.cutBy).toBe(`bounds of ${keyColumn}`);
    expect(sum(rows)).toBe(ROWS - 10);
    expect(Math.max(...rows)).toBeLessThanOrEqual((1.5 * sum(rows)) / rows.length);
  }
);

test('bounds from a sample give each row once too', async () => {
  const sql = `SELECT power FROM ${SCHEMA}.skewed, generate_series(1, 3)`;
  const { plan, rows } = await planned({ sql, parts: 4 });
  expect(plan.cutBy).toBe('bounds of power');
  expect(sum(rows)).toBe(3 * ROWS);
});

test('sessions are as many as the gateway allows', async () => {
  const { plan } = await planned({ sql: `SELECT * FROM ${SCHEMA}.bulk`, sessions: 99 });
  expect(plan.sessions).toBe(8);
});

test('a statement that cannot be cut says what it could be cut by', async () => {
  await expect(planned({ sql: 'SELECT 1 AS one, 2 AS two' })).rejects.toMatchObject({
    body: { code: 'bad-request', action: expect.stringContaining('one, two') }
  });
  const sql = `SELECT id, list FROM ${SCHEMA}.skewed WHERE id > 0`;
  await expect(planned({ sql, keyColumn: 'nothing' })).rejects.toThrow('it has no such column');
  await expect(planned({ sql: 'SELECT $1::int AS one' })).rejects.toThrow('parameters');
  await expect(planned({ sql, asText: ['nothing'] })).rejects.toThrow('no column nothing');
});

test('a key without an index is used, and the plan says what that costs', async () => {
  const { plan } = await planned({ sql: `SELECT id FROM ${SCHEMA}.skewed WHERE id > 0`, keyColumn: 'id' });
  expect(plan.notes).toEqual([expect.stringContaining('id is not the first column of an index')]);
});

test('what Spark has no type for is text, and the plan says so', async () => {
  const sql = `SELECT power, time '12:00' AS clock, other, list FROM ${SCHEMA}.skewed WHERE id > 0`;
  const { plan } = await planned({ sql, asText: ['list'], keyColumn: 'power', parts: 1 });
  expect(plan.fields.map(({ arrow }) => arrow)).toEqual(['Int64', 'Utf8', 'Utf8', 'Utf8']);
  expect(plan.notes).toEqual(['clock is Utf8 here: Spark has no Time64<MICROSECOND>.']);
});
