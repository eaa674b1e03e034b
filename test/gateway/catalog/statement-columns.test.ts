import { readStatementColumns } from '../../../src/gateway/export-facts';
import { Engine } from '../../support/engine';
import { withSchema } from './shelf';

let engine: Engine;
let made: Awaited<ReturnType<typeof withSchema>>;

beforeAll(async () => {
  made = await withSchema('planned', (schema, reader) => [
    `CREATE TABLE ${schema}.sale AS
       SELECT g AS id, g % 6 AS shop, timestamptz '2025-01-01 00:00+00' + g * interval '1 hour' AS at
       FROM generate_series(0, 4999) g`,
    `ANALYZE ${schema}.sale`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${reader}`
  ]);
  engine = await Engine.open();
});
afterAll(async () => {
  await engine.close();
  await made.drop();
});

it("columns of a statement come with what ANALYZE has left of their tables', expressions without", async () => {
  const session = await engine.pool.acquire(new AbortController().signal);
  try {
    await session.begin('test');
    const sql = 'SELECT s.shop, s.at AS moment, s.id + 1 AS next FROM planned.sale s WHERE s.id > $1';
    const [shop, moment, next] = await readStatementColumns(session, sql);
    expect(shop).toMatchObject({ name: 'shop', type: 'integer', distinct: 6 });
    expect(moment).toMatchObject({ name: 'moment', type: 'timestamp with time zone' });
    expect([moment!.lowest?.slice(0, 7), moment!.highest?.slice(0, 7)]).toEqual(['2025-01', '2025-07']);
    expect(next).toEqual({ name: 'next', type: 'integer', distinct: null, lowest: null, highest: null });
  } finally {
    await session.end();
    engine.pool.release(session);
  }
});
