import type { Filter, SortKey } from '../../../src/contract/view';
import { makeView } from '../../../src/gateway/views/make-view';
import { Engine } from '../../support/engine';
import { storedResult } from './stored';

jest.setTimeout(60_000);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

/** Numbers of the rows in the order of a view. */
async function viewed(
  sql: string,
  sort: readonly SortKey[],
  filters: readonly Filter[] = []
): Promise<number[]> {
  const result = await storedResult(engine, sql);
  const { rows } = makeView(result, { sort, filters });
  result.close();
  return Array.from(rows);
}

/** What PostgreSQL makes of the same: the first column numbers the rows from 0. */
async function asked(sql: string): Promise<number[]> {
  const table = await engine.table(sql);
  return Array.from({ length: table.numRows }, (_, row) => Number(table.getChildAt(0)!.get(row)));
}

const VALUES: readonly (readonly [string, string, string])[] = [
  ['smallint', `(i * 7919 % 601 - 300)::smallint`, ''],
  ['integer', `(i * 7919 % 4001 - 2000) * 1000000`, ''],
  ['bigint', `(i * 7919 % 401 - 200) * 45035996273704961::bigint`, ''],
  ['real', `CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' WHEN 2 THEN '-0' ELSE sin(i) END::real`, ''],
  [
    'double precision',
    `CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' ELSE (sin(i) * 10 ^ (i % 30)) END`,
    ''
  ],
  ['numeric(38,10)', `(sin(i) * 1e20)::numeric(38,10)`, ''],
  [
    'numeric',
    `CASE i % 11 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' WHEN 2 THEN 10 ^ 40::numeric + i % 5 ELSE (sin(i)::numeric * 1000) END`,
    ''
  ],
  ['numeric of many digits', `12345678901234567890.000000001::numeric + (i * 7919 % 97) / 1e9::numeric`, ''],
  ['date', `date '2000-01-01' + (i * 7919 % 5003 - 2500)::int`, ''],
  [
    'timestamptz',
    `CASE i % 7 WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' ELSE timestamptz '2020-01-01 00:00+00' + i * 7919 % 5003 * interval '1 h 1 us' END`,
    ''
  ],
  ['time', `time '00:00' + i * 7919 % 5003 * interval '17 s'`, ''],
  ['boolean', `i % 3 = 0`, ''],
  [
    'text',
    `substr(md5((i % 500)::text), 1, 1 + (i % 20)::int) || CASE i % 5 WHEN 0 THEN 'ü' WHEN 1 THEN '😀' ELSE '' END`,
    ' COLLATE "C"'
  ],
  ['text with one beginning', `'the same beginning ' || (i * 7919 % 997)`, ' COLLATE "C"'],
  ['bytea', `decode(md5((i % 300)::text), 'hex')`, '']
];

const rowsOf = (value: string) =>
  `SELECT i::int AS n, CASE WHEN i % 13 = 5 THEN NULL ELSE ${value} END AS v FROM generate_series(0, 3000) i`;

describe('the order of', () => {
  it.each(VALUES)('%s is that of PostgreSQL, NULLs last', async (_, value, collation) => {
    const sql = rowsOf(value);
    const [up, down] = [false, true].map(descending => viewed(sql, [{ column: 1, descending }]));
    const order = (way: string) => `SELECT n FROM (${sql}) r ORDER BY v${collation} ${way} NULLS LAST, n`;
    expect(await up).toEqual(await asked(order('ASC')));
    expect(await down).toEqual(await asked(order('DESC')));
  });

  it('several columns goes by the first, and then by the next', async () => {
    const sql = `SELECT i::int AS n, i % 7 AS a, md5(i::text) AS b, NULLIF(i % 3, 0) AS c FROM generate_series(0, 5000) i`;
    const sort = [
      { column: 1, descending: true },
      { column: 3, descending: false },
      { column: 2, descending: true }
    ];
    expect(await viewed(sql, sort)).toEqual(
      await asked(`SELECT n FROM (${sql}) r ORDER BY a DESC NULLS LAST, c ASC NULLS LAST, b COLLATE "C" DESC`)
    );
  });
});

describe('a filter', () => {
  const FILTERS: readonly (readonly [string, Filter['operator'], string, string])[] = [
    [`i * 7919 % 4001`, 'at-least', '1200', `v >= 1200`],
    [`i * 7919 % 4001`, 'less', '12.5', `v < 12.5`],
    [`9007199254740993 + i % 3`, 'equals', '9007199254740993', `v = 9007199254740993`],
    [`(i % 10)::numeric(10,2)`, 'equals', '3', `v = 3`],
    [`(i % 10)::numeric / 3`, 'greater', '1.5', `v > 1.5`],
    [`CASE i % 3 WHEN 0 THEN 'NaN' ELSE i::float8 END`, 'at-most', 'NaN', `v <= 'NaN'`],
    [`CASE i % 3 WHEN 0 THEN 'NaN' ELSE i::float8 END`, 'differs', '7', `v <> 7`],
    [`'Word ' || i % 30`, 'contains', 'wORD 2', `v ILIKE '%word 2%'`],
    [`'Word ' || i % 30`, 'lacks', '2', `v NOT LIKE '%2%'`],
    [`'Word ' || i % 30`, 'greater', 'Word 25', `v COLLATE "C" > 'Word 25'`],
    [`i % 2 = 0`, 'equals', 'false', `v = false`],
    [`date '2026-01-01' + (i % 50)::int`, 'at-least', '2026-02-01', `v >= '2026-02-01'`],
    [
      `timestamptz '2026-01-01 00:00+00' + i * interval '1 min'`,
      'less',
      '2026-01-02 03:04:05.5+02:30',
      `v < '2026-01-02 03:04:05.5+02:30'`
    ],
    [`time '00:00' + i * interval '1 min'`, 'equals', '12:34', `v = '12:34'`],
    [`i`, 'null', '', `v IS NULL`],
    [`i`, 'not-null', '', `v IS NOT NULL`],
    [`ARRAY[i % 5, 1]`, 'contains', '{3,', `v::text LIKE '%{3,%'`],
    [`decode('0' || i % 9, 'hex')`, 'equals', '\\x03', `v = '\\x03'`]
  ];

  it.each(FILTERS)('on %s: %s "%s"', async (value, operator, text, condition) => {
    const sql = rowsOf(value);
    const rows = await viewed(sql, [], [{ column: 1, operator, value: text }]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(await asked(`SELECT n FROM (${sql}) r WHERE ${condition} ORDER BY n`));
  });

  it('refuses a value that the column cannot have, and says what it can', async () => {
    const asNumber = viewed('SELECT 1 AS total', [], [{ column: 0, operator: 'equals', value: 'abc' }]);
    await expect(asNumber).rejects.toMatchObject({
      message: 'Column "total" cannot be compared with "abc".',
      body: { code: 'bad-request', action: 'Give a number.' }
    });
    const asTime = viewed('SELECT now() AS at', [], [{ column: 0, operator: 'less', value: '2026-02-30' }]);
    await expect(asTime).rejects.toMatchObject({ body: { action: 'Give a date or a time.' } });
  });
});

it('sorts and filters at once, over the borders of batches', async () => {
  const sql = `SELECT i::int AS n, i * 7919 % 100003 AS v, md5(i::text) AS t FROM generate_series(0, 200000) i`;
  const rows = await viewed(
    sql,
    [{ column: 1, descending: true }],
    [{ column: 2, operator: 'contains', value: 'ab' }]
  );
  expect(rows).toEqual(await asked(`SELECT n FROM (${sql}) r WHERE t LIKE '%ab%' ORDER BY v DESC, n`));
});

it('finds nothing in a result without rows', async () => {
  expect(await viewed('SELECT 1 AS a WHERE false', [{ column: 0, descending: false }])).toEqual([]);
});
