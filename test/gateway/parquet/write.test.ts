import { randomFillSync } from 'node:crypto';
import {
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  makeBuilder,
  makeData,
  tableFromArrays,
  vectorFromArray,
  type DataType
} from 'apache-arrow';
import { parquetMetadata, readOffsetIndex } from 'hyparquet';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import { parquet } from '../../../src/gateway/formats/file-format';
import { writeFiles, writeRows } from '../../../src/gateway/formats/write-rows';
import { ArrowSource } from './arrow-source';
import { collect, judge } from './parquet-judges';
import { bundleWorker } from './worker-bundle';

let worker: Awaited<ReturnType<typeof bundleWorker>>;
let encoders: EncoderPool;

beforeAll(async () => {
  worker = await bundleWorker();
  encoders = new EncoderPool(worker.file, 2);
});

afterAll(async () => {
  await encoders.dispose();
  worker.remove();
});

const never = new AbortController().signal;

async function write(
  source: ArrowSource,
  rowsPerGroup = 2 ** 20
): Promise<{ file: Uint8Array; rows: number[] }> {
  const rows: number[] = [];
  const rowGroup = { rows: rowsPerGroup, bytes: 2 ** 26 };
  const file = await collect(
    writeRows(source, parquet(encoders, { rowGroup }), never, count => rows.push(count))
  );
  return { file, rows };
}

/** A batch of one row for each item of `columns`' arrays. */
function batchOf(fields: readonly Field[], columns: readonly (readonly unknown[])[]): RecordBatch {
  const children = fields.map((field, index) => columnData(field.type, columns[index] ?? []));
  const length = columns[0]?.length ?? 0;
  const schema = new Schema([...fields]);
  return new RecordBatch(schema, makeData({ type: new Struct([...fields]), length, nullCount: 0, children }));
}

function columnData(type: DataType, values: readonly unknown[]) {
  const builder = makeBuilder({ type, nullValues: [null] });
  values.forEach(value => builder.append(value));
  return builder.finish().toVector().data[0]!;
}

const ids = (from: number, count: number) =>
  new RecordBatch({
    id: vectorFromArray(
      Array.from({ length: count }, (_, n) => from + n),
      new Int32()
    ).data[0]!
  });

test('many row groups become one file that keeps the order of the rows', async () => {
  const table = new Table(Array.from({ length: 23 }, (_, n) => ids(n * 1000, 1000)));
  const { file, rows } = await write(ArrowSource.of(table), 2000);
  const { pyarrow, duckdb } = await judge(file);
  expect(pyarrow.rowGroups).toEqual([...Array<number>(11).fill(2000), 1000]);
  expect(pyarrow).toMatchObject({ rows: 23_000, compression: 'ZSTD', statistics: true, indexes: true });
  expect(pyarrow.values.at(0)).toEqual({ id: '0' });
  expect(pyarrow.values.at(-1)).toEqual({ id: '22999' });
  expect(duckdb).toEqual({ rows: 23_000, values: pyarrow.values });
  expect(rows.at(-1)).toBe(23_000);
  expect(rows.every((count, n) => count > (rows[n - 1] ?? 0))).toBe(true);
});

test('a result without rows is a file with its schema', async () => {
  const { file } = await write(new ArrowSource(new Schema([new Field('id', new Int32())]), []));
  const { pyarrow, duckdb } = await judge(file);
  expect(pyarrow).toMatchObject({ rows: 0, rowGroups: [], types: { id: 'int32' } });
  expect(duckdb.rows).toBe(0);
});

test('one row is a file of one row', async () => {
  const { file } = await write(ArrowSource.of(new Table([ids(7, 1)])));
  expect((await judge(file)).duckdb).toEqual({ rows: 1, values: [{ id: '7' }] });
});

test('a batch of more bytes than a row group may have is a row group of its own', async () => {
  const rowGroup = { rows: 2 ** 20, bytes: 100 };
  const source = ArrowSource.of(new Table([ids(0, 500), ids(500, 500)]));
  const file = await collect(writeRows(source, parquet(encoders, { rowGroup }), never, () => undefined));
  expect((await judge(file)).pyarrow.rowGroups).toEqual([500, 500]);
});

describe('with one encoder and the usual limits a row group ends', () => {
  /** Rows of each row group of `count` batches that are all `batch`. */
  async function rowGroupsOf(batch: RecordBatch, count: number): Promise<number[]> {
    const one = new EncoderPool(worker.file, 1);
    const source = new ArrowSource(
      batch.schema,
      Array.from({ length: count }, () => batch)
    );
    const file = await collect(writeRows(source, parquet(one), never, () => undefined));
    await one.dispose();
    return parquetMetadata(Uint8Array.from(file).buffer).row_groups.map(({ num_rows }) => Number(num_rows));
  }

  const integers = (data: Int32Array) => new RecordBatch({ id: makeData({ type: new Int32(), data }) });

  test('at a million rows', async () => {
    const batch = integers(new Int32Array(2 ** 18));
    expect(await rowGroupsOf(batch, 9)).toEqual([2 ** 20, 2 ** 20, 2 ** 18]);
  });

  test('at 128 MB in memory', async () => {
    const text = vectorFromArray(Array(2 ** 12).fill('x'.repeat(2000)), new Utf8()).data[0]!;
    // The first is shorter, since nobody knows yet how well the rows compress.
    const [, second = 0, third] = await rowGroupsOf(new RecordBatch({ text }), 20);
    expect([second * 2004 > 100 * 2 ** 20, second * 2004 <= 128 * 2 ** 20]).toEqual([true, true]);
    expect(third).toBeGreaterThan(0);
  });

  test('at about 8 MiB of Parquet', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const random = () => makeData({ type: new Int32(), data: randomFillSync(new Int32Array(2 ** 16)) });
    const batch = new RecordBatch(Object.fromEntries(names.map(name => [name, random()])));
    const groups = await rowGroupsOf(batch, 24);
    const longest = Math.max(...groups.slice(1)) * names.length * Int32Array.BYTES_PER_ELEMENT;
    expect(groups.reduce((sum, rows) => sum + rows, 0)).toBe(24 * 2 ** 16);
    expect([longest > 6 * 2 ** 20, longest < 9 * 2 ** 20]).toEqual([true, true]);
  });
});

test('1,600 columns keep their order and values', async () => {
  const names = Array.from({ length: 1600 }, (_, n) => `c${n}`);
  const table = tableFromArrays(
    Object.fromEntries(names.map((name, n) => [name, Float64Array.of(n, n + 0.5)]))
  );
  const { pyarrow, duckdb, polars } = await judge((await write(ArrowSource.of(table))).file);
  expect(polars).toEqual(duckdb);
  expect(Object.keys(pyarrow.types)).toEqual(names);
  expect(duckdb.values.at(1)).toMatchObject({ c0: '0.5', c1599: '1599.5' });
});

test('every kind of value and its NULL reads back as it was, with the PostgreSQL type beside it', async () => {
  const pg = (type: string) => new Map([['pg:type', type]]);
  const fields: Field[] = [
    new Field('price', new Decimal(2, 12, 128), true, pg('numeric(12,2)')),
    new Field('at', new TimestampMicrosecond('UTC'), true, pg('timestamptz')),
    new Field('name', new Utf8(), true, pg('text')),
    new Field('big', new Int64(), true, pg('int8')),
    new Field('ratio', new Float64(), true, pg('float8')),
    new Field('tags', new List(new Field('element', new Utf8(), true)), true, pg('text[]'))
  ];
  const batch = batchOf(fields, [
    [Uint32Array.of(12345, 0, 0, 0), null],
    [Date.UTC(1969, 6, 20, 20, 17, 40), null],
    ['Zoë 🌻 東京', null],
    [2n ** 63n - 1n, null],
    [NaN, null],
    [['a', null, 'ü'], null]
  ]);
  const { file } = await write(ArrowSource.of(new Table([batch, batch])), 2);
  const { pyarrow, duckdb } = await judge(file);
  expect(pyarrow.types).toEqual({
    price: 'decimal128(12, 2)',
    at: 'timestamp[us, tz=UTC]',
    name: 'string',
    big: 'int64',
    ratio: 'double',
    tags: 'list<element: string>'
  });
  expect(pyarrow.pgTypes).toEqual({
    price: 'numeric(12,2)',
    at: 'timestamptz',
    name: 'text',
    big: 'int8',
    ratio: 'float8',
    tags: 'text[]'
  });
  const first = {
    price: '123.45',
    name: 'Zoë 🌻 東京',
    big: '9223372036854775807',
    ratio: 'nan',
    tags: "['a', None, 'ü']"
  };
  const nulls = { price: null, at: null, name: null, big: null, ratio: null, tags: null };
  expect(pyarrow.rowGroups).toEqual([2, 2]);
  expect(pyarrow.values).toMatchObject([first, nulls, first, nulls]);
  expect(pyarrow.values[0]?.['at']).toBe('1969-07-20 20:17:40+00:00');
  expect(duckdb.values).toMatchObject([first, nulls, first, nulls]);
});

test('the page index of every row group leads to its own pages', async () => {
  const table = new Table(Array.from({ length: 5 }, (_, n) => ids(n * 10, 10)));
  const { file } = await write(ArrowSource.of(table), 10);
  const bytes = Uint8Array.from(file).buffer;
  const chunks = parquetMetadata(bytes).row_groups.map(rowGroup => rowGroup.columns[0]!);
  const pages = chunks.map(chunk => {
    const from = Number(chunk.offset_index_offset);
    const index = { view: new DataView(bytes, from, chunk.offset_index_length), offset: 0 };
    return readOffsetIndex(index).page_locations.map(page => page.offset);
  });
  expect(pages).toEqual(chunks.map(chunk => [chunk.meta_data!.data_page_offset]));
});

async function files(source: ArrowSource, targetFileBytes: number, rowGroupBytes: number) {
  const rowGroup = { rows: 2 ** 20, bytes: rowGroupBytes };
  const written: Uint8Array[] = [];
  for await (const file of writeFiles(source, parquet(encoders, { rowGroup }), never, targetFileBytes)) {
    written.push(await collect(file.bytes()));
  }
  return written;
}

test('several files of about the size asked for hold all rows in their order', async () => {
  const values = (n: number) => Float64Array.from({ length: 4096 }, (_, row) => Math.sin(n * 4096 + row));
  const batches = Array.from({ length: 40 }, (_, n) => tableFromArrays({ x: values(n) }).batches[0]!);
  const written = await files(ArrowSource.of(new Table(batches)), 300_000, 70_000);
  const sizes = written.map(({ length }) => length);
  expect(sizes.length).toBeGreaterThan(2);
  sizes.slice(0, -1).forEach(size => expect(Math.abs(size - 300_000)).toBeLessThan(100_000));
  const judged = await Promise.all(written.map(judge));
  expect(judged.reduce((sum, { pyarrow }) => sum + pyarrow.rows, 0)).toBe(40 * 4096);
  expect(judged.map(({ pyarrow }) => Number(pyarrow.values[0]?.['x']))).toEqual(
    judged.map((_, file) => {
      const before = judged.slice(0, file).reduce((sum, { pyarrow }) => sum + pyarrow.rows, 0);
      return Math.sin(before);
    })
  );
});

test('a source without rows is one file without rows, whatever the target', async () => {
  const written = await files(new ArrowSource(new Schema([new Field('id', new Int32())]), []), 1, 1);
  expect(written).toHaveLength(1);
  expect((await judge(written[0]!)).pyarrow.rows).toBe(0);
});

test('a target smaller than any batch gives a file a batch', async () => {
  const written = await files(ArrowSource.of(new Table([ids(0, 5), ids(5, 6), ids(11, 7)])), 1, 2 ** 20);
  const judged = await Promise.all(written.map(judge));
  expect(judged.map(({ pyarrow }) => pyarrow.rows)).toEqual([5, 6, 7]);
});

test('an abort while a batch is on its way ends the file with its reason', async () => {
  const abort = new AbortController();
  const source = ArrowSource.of(new Table([ids(0, 10), ids(10, 10)]), batch => {
    if (batch === 1) {
      abort.abort(new Error('enough'));
    }
  });
  const file = writeRows(source, parquet(encoders), abort.signal, () => undefined);
  await expect(collect(file)).rejects.toThrow('enough');
});

test('what was given out is released when more is asked for', async () => {
  const rowGroup = { rows: 500, bytes: 2 ** 20 };
  const source = ArrowSource.of(new Table(Array.from({ length: 12 }, (_, n) => ids(500 * n, 500))));
  const given: Uint8Array[] = [];
  for await (const piece of writeRows(source, parquet(encoders, { rowGroup }), never, () => undefined)) {
    expect(piece.length).toBeGreaterThan(0);
    given.push(piece);
  }
  expect(given).toHaveLength(13);
  // The last one is the footer, which no encoder made.
  expect(given.slice(0, 12).map(({ length }) => length)).toEqual(Array(12).fill(0));
});

test('a source that fails in the middle fails the file', async () => {
  const table = new Table([ids(0, 10), ids(10, 10)]);
  const source = ArrowSource.of(table, batch => {
    if (batch === 1) {
      throw new Error('the replica went away');
    }
  });
  await expect(write(source, 10)).rejects.toThrow('the replica went away');
});
