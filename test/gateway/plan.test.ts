import { readPlan } from '../../src/gateway/plan';
import { TypeNames } from '../../src/gateway/postgres/type-names';
import { type PlanReply } from '../../src/contract/plan';
import { Engine } from '../support/engine';

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.open();
});

afterAll(() => engine.close());

async function plan(sql: string, params: readonly string[] | null = []): Promise<PlanReply> {
  const session = await engine.pool.acquire(new AbortController().signal);
  try {
    await session.begin('test');
    return await readPlan(session, new TypeNames(), { sql, params });
  } finally {
    await session.end();
    engine.pool.release(session);
  }
}

it('tells what the server would read, and how large that is, without running it', async () => {
  const {
    plan: found,
    relations,
    source
  } = await plan("SELECT o.*, pg_sleep(60) FROM orders o WHERE note = 'x'");
  expect(found!.root.actual).toBeNull();
  expect(JSON.stringify(found!.root)).toContain('Seq Scan');
  const orders = relations.find(({ name }) => name === 'orders')!;
  expect(orders.schema).toBe('public');
  expect(orders.sizeBytes).toBeGreaterThan(100_000);
  expect(JSON.parse(source!)[0].Plan['Node Type']).toBe(found!.root.type);
});

it('tells the types of parameters before they have values', async () => {
  const reply = await plan(
    'SELECT $1::numeric(12,2), $2::timestamptz FROM orders WHERE status = $3 AND id = $4',
    null
  );
  expect(reply).toEqual({
    parameters: ['numeric', 'timestamp with time zone', 'order_status', 'bigint'],
    plan: null,
    source: null,
    relations: []
  });
});

it('plans with the values that are given', async () => {
  const { plan: found } = await plan('SELECT * FROM orders WHERE id = $1', ['7']);
  expect(found!.root.rows).toBe(1);
});

it('has no plan for what EXPLAIN does not take', async () => {
  expect((await plan('SHOW server_version')).plan).toBeNull();
});

it('says where a statement is wrong, as it was written', async () => {
  await expect(plan('SELECT totl FROM orders')).rejects.toMatchObject({
    body: { position: 8, sqlstate: '42703' }
  });
});

it('tells the sizes of system tables too', async () => {
  const { relations } = await plan('SELECT * FROM pg_catalog.pg_class');
  expect(relations).toEqual([{ schema: 'pg_catalog', name: 'pg_class', sizeBytes: expect.any(Number) }]);
});
