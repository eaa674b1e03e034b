import { connect } from '../../demo/postgres-server';
import { testStack } from '../support/stack';

const stack = testStack();

async function read(sql: string) {
  const client = await connect(stack.standby, stack.database, stack.reader, stack.caFile);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('the same values come out on every machine', async () => {
  const [row] = await read(`
    SELECT (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM public.orders o) AS orders,
           (SELECT md5(string_agg(e::text, '' ORDER BY id)) FROM analytics.events e) AS events`);
  expect(row).toMatchInlineSnapshot(`
   {
     "events": "276a6676f5691eca5f549d9b17baa234",
     "orders": "990cbb6bee6078ad2cb6d42f051b9915",
   }
  `);
});

test('it has tables, views, a materialized view and a partitioned table', async () => {
  const rows = await read(`
    SELECT c.relkind, count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'analytics', 'finance', 'support') AND c.relkind IN ('r', 'v', 'm', 'p')
    GROUP BY 1 ORDER BY 1`);
  expect(rows).toEqual([
    { relkind: 'm', count: 1 },
    { relkind: 'p', count: 1 },
    { relkind: 'r', count: 22 },
    { relkind: 'v', count: 3 }
  ]);
});

test('every order belongs to a user and totals its items', async () => {
  const [row] = await read(`
    SELECT count(*)::int AS orders, count(*) FILTER (WHERE o.total <> i.total)::int AS wrong
    FROM public.orders o JOIN public.users u ON u.id = o.user_id
    JOIN (SELECT order_id, sum(quantity * unit_price) AS total FROM public.order_items GROUP BY 1) i ON i.order_id = o.id`);
  expect(row).toEqual({ orders: 3000, wrong: 0 });
});

test('it holds what clients get wrong: NULLs, unicode, ids above 2^53, NaN, infinity, numerics without scale', async () => {
  const [row] = await read(`
    SELECT (SELECT bool_or(city IS NULL) AND bool_or(city ~ '[^ -~]') FROM public.users) AS cities,
           (SELECT min(id) > 2::numeric ^ 53 FROM analytics.events) AS ids,
           (SELECT bool_or(reading = 'NaN') AND bool_or(scale(reading) > 10) FROM analytics.sensor_readings) AS readings,
           (SELECT bool_or(valid_until = 'infinity') FROM analytics.sensor_readings) AS forever,
           (SELECT bool_or(labels IS NULL) AND bool_or(experiment_ids = '{}') FROM analytics.events) AS arrays`);
  expect(row).toEqual({ cities: true, ids: true, readings: true, forever: true, arrays: true });
});

test('tables and columns carry comments', async () => {
  const [row] = await read(`
    SELECT obj_description('public.orders'::regclass) AS relation,
           col_description('public.users'::regclass, 4) AS country`);
  expect(row).toEqual({ relation: 'One row an order, from the basket on.', country: 'ISO 3166-1 alpha-2.' });
});
