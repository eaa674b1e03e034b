import { type Table, tableFromIPC } from 'apache-arrow';
import { textOf } from '../../../src/cells/cell-text';
import { CELL_CUT, isCut } from '../../../src/cells/cut';
import { readExcerpt } from '../../../src/gateway/results/page';
import { csvPart } from '../../../src/gateway/views/csv-part';
import { encodePage } from '../../../src/gateway/views/encode-page';
import { makeView } from '../../../src/gateway/views/make-view';
import { profile } from '../../../src/gateway/views/profile';
import { rowsByBatch } from '../../../src/gateway/views/row-range';
import { summarize } from '../../../src/gateway/views/summarize';
import { Engine } from '../../support/engine';
import { spoolOf, storedResult } from './stored';

jest.setTimeout(60_000);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

const EVERY_KIND = `
SELECT i::int AS n, i::smallint AS s, i * 900719925474099 AS big, i / 7.0::real AS r, i / 7.0::float8 AS f,
  (i / 7.0)::numeric(30,12) AS d, i / 7.0 AS numeric_text, i % 2 = 0 AS b, 'text ' || i AS t, decode(md5(i::text), 'hex') AS raw,
  date '2026-01-01' + i::int AS day, time '01:02' + i * interval '1 ms' AS clock, timestamptz '2026-01-01 00:00+00' + i * interval '1 us' AS at,
  ARRAY[i, NULL, i * 2] AS list, ARRAY['a', NULL, i::text] AS texts, CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS maybe,
  jsonb_build_object('i', i) AS j
FROM generate_series(0, 1499) i`;

function texts(table: Table): (string | null)[][] {
  return table.batches.flatMap(batch => {
    const columns = batch.data.children.map(data => textOf(data));
    return Array.from({ length: batch.numRows }, (_, row) => columns.map(text => text(row)));
  });
}

const everyColumn = (table: Table) => table.schema.fields.map((_, column) => column);

it('an excerpt has the cells of the result, of every kind, in the columns asked for', async () => {
  const whole = await engine.table(EVERY_KIND);
  const spool = await spoolOf(engine, EVERY_KIND);
  const all = texts(whole);
  const excerpt = { columns: everyColumn(whole), isCut: true };
  expect(texts(tableFromIPC(await readExcerpt(spool, 990, 300, excerpt)))).toEqual(all.slice(990, 1290));
  const few = { columns: [8, 0], isCut: true };
  expect(texts(tableFromIPC(await readExcerpt(spool, 3, 2, few)))).toEqual([
    ['text 3', '3'],
    ['text 4', '4']
  ]);
  expect(tableFromIPC(await readExcerpt(spool, 1500, 10, few)).numRows).toBe(0);
});

it('a page of a view has the same cells in another order', async () => {
  const whole = texts(await engine.table(EVERY_KIND));
  const result = await storedResult(engine, EVERY_KIND);
  const { rows: order } = makeView(result, { sort: [{ column: 8, descending: true }], filters: [] });
  const columns = result.schema.fields.map((_, column) => column);
  const shape = { schema: result.schema, columns, cut: CELL_CUT, pageBytes: 2 ** 20 };
  const groups = rowsByBatch(result, { order, first: 500, count: 250 });
  const page = texts(tableFromIPC(encodePage(shape, 250, groups)));
  expect(page).toEqual(Array.from(order.subarray(500, 750), row => whole[row]));
  result.close();
});

it('long cells are cut at a character, and say by their length that they are', async () => {
  const spool = await spoolOf(
    engine,
    `SELECT repeat('x', 50000000) AS long, repeat('ü', 600) AS umlauts, repeat('x', 1024) AS just,
      decode(repeat('ff', 2000), 'hex') AS raw, (SELECT array_agg(g) FROM generate_series(1, 1000) g) AS list,
      ARRAY[repeat('y', 500)] AS texts, ARRAY[1, 2] AS short`
  );
  const started = performance.now();
  const bytes = await readExcerpt(spool, 0, 10, { columns: [0, 1, 2, 3, 4, 5, 6], isCut: true });
  expect(bytes.length).toBeLessThan(20_000);
  const [batch] = tableFromIPC(bytes).batches;
  const cells = batch!.data.children;
  expect(cells.map(data => isCut(data, 0))).toEqual([true, true, false, true, true, true, false]);
  const shown = cells.map(data => textOf(data)(0)!);
  expect(shown[0]).toBe('x'.repeat(1025));
  expect(shown[1]).toBe('ü'.repeat(513));
  expect(shown[2]).toHaveLength(1024);
  expect(performance.now() - started).toBeLessThan(10_000);
});

it('a page that is not cut has as many rows as fit into its bytes, and one at least', async () => {
  const result = await storedResult(
    engine,
    `SELECT i::int, repeat('z', 100000) AS t FROM generate_series(1, 50) i`
  );
  const shape = { schema: result.schema, columns: [0, 1], cut: null, pageBytes: 1_000_000 };
  const rows = (pageBytes: number) =>
    tableFromIPC(
      encodePage({ ...shape, pageBytes }, 50, rowsByBatch(result, { order: null, first: 0, count: 50 }))
    ).numRows;
  expect(rows(1_000_000)).toBe(9);
  expect(rows(10)).toBe(1);
  result.close();
});

it('hundreds of columns come in the blocks that are asked for', async () => {
  const columns = Array.from({ length: 1_600 }, (_, n) => `i + ${n} AS c${n}`).join(', ');
  const spool = await spoolOf(engine, `SELECT ${columns} FROM generate_series(1, 300) i`);
  const block = tableFromIPC(await readExcerpt(spool, 100, 3, { columns: [1500, 1599], isCut: true }));
  expect(texts(block)).toEqual([
    ['1601', '1700'],
    ['1602', '1701'],
    ['1603', '1702']
  ]);
});

it('a summary counts, and sums to the last digit', async () => {
  const result = await storedResult(
    engine,
    `SELECT i * 90071992547409 AS big, (i / 100.0)::numeric(20,2) AS money, i / 3.0 AS numeric_text,
      CASE i % 4 WHEN 0 THEN NULL ELSE 'x' END AS t, i / 4.0::float8 AS f FROM generate_series(1, 100000) i`
  );
  const all = (columns: number[], first = 0, count = 100_000) =>
    summarize(result, { order: null, first, count }, columns);
  expect(all([0])).toEqual({
    cells: 100_000,
    nulls: 0,
    numbers: 100_000,
    sum: (90071992547409n * 5000050000n).toString(),
    average: '4503644663370000000',
    min: '90071992547409',
    max: '9007199254740900000'
  });
  expect(all([1])).toMatchObject({ sum: '50000500.00', average: '500.005', min: '0.01', max: '1000.00' });
  const third = await engine.table('SELECT sum(i / 3.0)::text FROM generate_series(1, 100000) i');
  expect(all([2]).sum).toBe(String(third.getChildAt(0)!.get(0)));
  expect(all([3])).toEqual({
    cells: 100_000,
    nulls: 25_000,
    numbers: 0,
    sum: null,
    average: null,
    min: null,
    max: null
  });
  expect(all([1, 3, 4], 0, 4)).toMatchObject({ cells: 12, nulls: 1, numbers: 8, sum: '2.6', max: '1' });
  expect(all([0], 99_999, 500).cells).toBe(1);
  result.close();
});

it('CSV is that of COPY, with NULL as nothing and an empty text in quotes', async () => {
  const result = await storedResult(
    engine,
    `SELECT * FROM (VALUES (1, NULL, ''), (2, 'a,b', 'say "x"'), (3, E'two\\nlines', ' spaced ')) v`
  );
  const { bytes, rows } = csvPart(result, { order: null, first: 0, count: 10 }, [0, 1, 2]);
  expect(rows).toBe(3);
  expect(Buffer.from(bytes).toString()).toBe('1,,""\n2,"a,b","say ""x"""\n3,"two\nlines"," spaced "\n');
  result.close();
});

it('a profile shows distributions, frequent values and NULLs', async () => {
  const result = await storedResult(
    engine,
    `SELECT i AS n, (ARRAY['paid', 'open', 'paid', NULL])[1 + i % 4] AS status, md5(i::text) AS unique_text, i % 2 = 0 AS even,
      timestamptz '2026-01-01 00:00+00' + i * interval '1 h' AS at, 7 AS constant, NULL::int AS nothing,
      repeat('long', 5000) AS long FROM generate_series(0, 9999) i`
  );
  const { rows, of, columns } = profile(result, [0, 1, 2, 3, 4, 5, 6]);
  expect([rows, of]).toEqual([10_000, 10_000]);
  expect(columns[0]!.bars).toHaveLength(20);
  expect(columns[0]!.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(10_000);
  expect(columns[0]!.bars[0]).toMatchObject({ label: '0', upTo: '499.95' });
  expect(columns[1]).toMatchObject({
    kind: 'values',
    nulls: 2_500,
    distinct: 2,
    bars: [
      { label: 'paid', upTo: null, count: 5_000 },
      { label: 'open', upTo: null, count: 2_500 }
    ]
  });
  expect(columns[2]).toMatchObject({ kind: 'none', distinct: null });
  expect(columns[3]).toMatchObject({ kind: 'values', distinct: 2 });
  expect(columns[4]!.bars[0]!.label).toBe('2026-01-01 00:00:00+00');
  expect(columns[5]!.bars).toEqual([{ label: '7', upTo: null, count: 10_000 }]);
  expect(columns[6]).toMatchObject({ kind: 'none', nulls: 10_000 });
  const sampled = profile(result, [0], 1_000);
  expect(sampled.rows).toBeLessThan(1_100);
  expect(sampled.of).toBe(10_000);
  result.close();
});
