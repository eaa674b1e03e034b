import { ctidRangeSql } from '../../src/sql/plain-table';

const RANGE = 'WHERE ctid >= $1 AND ctid < $2';

describe('a read of a whole relation gets a range of rows', () => {
  it.each([
    ['SELECT * FROM orders', `SELECT * FROM orders ${RANGE}`],
    ['select * from public.orders;', `SELECT * from public.orders ${RANGE}`],
    ['TABLE orders', `SELECT * FROM orders ${RANGE}`],
    ['table analytics."Daily ""X""" ; ;', `SELECT * FROM analytics."Daily ""X""" ${RANGE}`],
    ['SELECT id, "Total", x FROM "Orders"', `SELECT id, "Total", x FROM "Orders" ${RANGE}`],
    ['SELECT*FROM"orders"', `SELECT*FROM"orders" ${RANGE}`]
  ])('%s', (sql, expected) => {
    expect(ctidRangeSql(sql)).toBe(expected);
  });

  it('keeps comments, and its condition out of them', () => {
    expect(ctidRangeSql('-- all of them\nSELECT * -- wide\nFROM orders -- the end; WHERE')).toBe(
      `-- all of them\nSELECT * -- wide\nFROM orders ${RANGE}`
    );
    expect(ctidRangeSql('/* a /* b */ */ TABLE/**/orders/* last */;')).toBe(
      `/* a /* b */ */ SELECT * FROM/**/orders ${RANGE}`
    );
  });
});

it.each([
  '',
  'SELECT 1',
  'SELECT * FROM orders WHERE total > 1',
  'SELECT * FROM orders ORDER BY id',
  'SELECT * FROM orders LIMIT 10',
  'SELECT * FROM orders FOR SHARE',
  'SELECT * FROM orders, users',
  'SELECT * FROM orders o',
  'SELECT * FROM orders AS o',
  'SELECT * FROM orders TABLESAMPLE SYSTEM (1)',
  'SELECT * FROM orders JOIN users USING (user_id)',
  'SELECT * FROM ONLY orders',
  'SELECT * FROM orders *',
  'SELECT * FROM generate_series(1, 3)',
  'SELECT * FROM (SELECT 1) s',
  'SELECT * FROM a.b.c',
  'SELECT *, id FROM orders',
  'SELECT o.* FROM orders',
  'SELECT id total FROM orders',
  'SELECT id AS total FROM orders',
  'SELECT DISTINCT id FROM orders',
  'SELECT id, FROM orders',
  'SELECT FROM orders',
  'SELECT lower(name) FROM users',
  'SELECT count(*) FROM orders',
  "SELECT 'x' FROM orders",
  'SELECT 1, id FROM orders',
  'SELECT id::text FROM orders',
  'SELECT id + 1 FROM orders',
  'SELECT $1 FROM orders',
  'SELECT * INTO copy FROM orders',
  'SELECT * FROM orders UNION ALL SELECT * FROM orders',
  'SELECT * FROM orders; SELECT * FROM users',
  'WITH x AS (SELECT 1) SELECT * FROM x',
  'EXPLAIN SELECT * FROM orders',
  'TABLE orders LIMIT 1',
  'TABLE ONLY orders',
  'SELECT * FROM U&"orders"'
])('leaves anything more alone: %s', sql => {
  expect(ctidRangeSql(sql)).toBeNull();
});
