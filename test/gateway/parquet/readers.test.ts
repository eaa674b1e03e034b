import {
  DateDay,
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
  makeData
} from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ParquetReader } from 'parquetjs-lite';
import { IpcEncoder, positional } from '../../../src/gateway/arrow/ipc';
import { parquet } from '../../../src/gateway/formats/file-format';
import { writeRows } from '../../../src/gateway/formats/write-rows';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import type { Compression } from '../../../src/gateway/parquet/worker-messages';
import type { RowSource } from '../../../src/gateway/results/row-source';
import { ArrowSource } from './arrow-source';
import { batchOf } from './batch-of';
import { collect, judge } from './parquet-judges';
import { bundleWorker } from './worker-bundle';

const ROWS = 3_000;
const GROUPS = 3;
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

/** One column for each encoding that the rule chooses, NULLs among the values. */
function rows(from: number): RecordBatch {
  const of = <T>(value: (n: number) => T) => Array.from({ length: ROWS }, (_, row) => value(from + row));
  return batchOf({
    sorted: [new Int64(), of(n => BigInt(n) * 1_000_003n)],
    few: [new Int32(), of(n => (n % 7 === 0 ? null : n % 5))],
    day: [new DateDay(), of(n => n * 86_400_000)],
    at: [new TimestampMicrosecond('UTC'), of(n => n * 61_000)],
    ratio: [new Float64(), of(n => (n % 11 === 0 ? null : Math.sin(n)))],
    kind: [new Utf8(), of(n => ['view', 'click', 'žluťoučký'][n % 3])],
    text: [new Utf8(), of(n => (n % 13 === 0 ? null : `${n} ${'🐎'.repeat(n % 3)}`))],
    list: [
      new List(new Field('element', new Int32(), true)),
      of(n => (n % 5 === 0 ? null : Array.from({ length: n % 4 }, (_, i) => (i === 2 ? null : n + i))))
    ]
  });
}

async function write(batches: readonly RecordBatch[], compression: Compression): Promise<Uint8Array> {
  const format = parquet(encoders, { compression, rowGroup: { rows: ROWS, bytes: 2 ** 26 } });
  const source = ArrowSource.of(new Table([...batches]));
  return collect(writeRows(source, format, new AbortController().signal, () => undefined));
}

const sample = () => Array.from({ length: GROUPS }, (_, group) => rows(group * ROWS));

/** What the sample holds, in JavaScript's own words. */
function expected(row: number) {
  return {
    sorted: BigInt(row) * 1_000_003n,
    few: row % 7 === 0 ? null : row % 5,
    ratio: row % 11 === 0 ? null : Math.sin(row),
    kind: ['view', 'click', 'žluťoučký'][row % 3],
    text: row % 13 === 0 ? null : `${row} ${'🐎'.repeat(row % 3)}`,
    list: row % 5 === 0 ? null : Array.from({ length: row % 4 }, (_, i) => (i === 2 ? null : row + i))
  };
}

test.each(['zstd', 'snappy', 'uncompressed'] as const)(
  'pyarrow, DuckDB, polars and hyparquet read the same from %s',
  async compression => {
    const file = await write(sample(), compression);
    const { pyarrow, duckdb, polars } = await judge(file);
    expect(pyarrow).toMatchObject({
      rows: GROUPS * ROWS,
      rowGroups: Array<number>(GROUPS).fill(ROWS),
      compression: compression.toUpperCase()
    });
    expect(duckdb).toEqual({ rows: pyarrow.rows, values: pyarrow.values });
    expect(polars).toEqual(duckdb);
    const read = await parquetReadObjects({ file: Uint8Array.from(file).buffer, compressors });
    expect(read).toHaveLength(GROUPS * ROWS);
    read.forEach((values, row) => {
      // hyparquet gives undefined for a list that is NULL.
      expect({ ...values, list: values['list'] ?? null }).toMatchObject(expected(row));
      expect(values['at']).toEqual(new Date(row * 61_000));
      expect(values['day']).toEqual(new Date(row * 86_400_000));
    });
  },
  60_000
);

test('zstd has for each column the encoding that docs/export.md tells', async () => {
  const { pyarrow } = await judge(await write(sample(), 'zstd'));
  const chosen = Object.entries(pyarrow.encodings).map(([column, encodings]) => [
    column,
    encodings.filter(encoding => !['RLE', 'PLAIN'].includes(encoding))
  ]);
  expect(Object.fromEntries(chosen)).toEqual({
    sorted: ['DELTA_BINARY_PACKED'],
    few: ['RLE_DICTIONARY'],
    day: ['DELTA_BINARY_PACKED'],
    at: ['DELTA_BINARY_PACKED'],
    ratio: ['BYTE_STREAM_SPLIT'],
    kind: ['RLE_DICTIONARY'],
    text: ['DELTA_LENGTH_BYTE_ARRAY'],
    'list.list.element': ['RLE_DICTIONARY']
  });
});

test('snappy has nothing that readers of ten years ago do not know', async () => {
  const { pyarrow } = await judge(await write(sample(), 'snappy'));
  const used = new Set(Object.values(pyarrow.encodings).flat());
  expect([...used].sort()).toEqual(['PLAIN', 'RLE', 'RLE_DICTIONARY']);
});

test('parquetjs-lite reads a plain file, which has no dictionary', async () => {
  const file = await write(sample(), 'uncompressed');
  const reader = await ParquetReader.openBuffer(Buffer.from(file));
  const cursor = reader.getCursor([['sorted'], ['few'], ['ratio'], ['kind'], ['text']]);
  for (let row = 0; row < GROUPS * ROWS; row++) {
    const present = Object.entries(expected(row)).filter(
      ([name, value]) => name !== 'list' && value !== null
    );
    const read = await cursor.next();
    expect({ ...read, sorted: BigInt(read['sorted']) }).toEqual(Object.fromEntries(present));
  }
  expect(await cursor.next()).toBeNull();
});

test.each([
  ['one row', 3, [1]],
  ['no rows', 3, []],
  ['one column', 1, [3000, 3000, 1]],
  ['1,600 columns', 1600, [2, 1]],
  ['200 row groups', 2, Array<number>(200).fill(3)]
])(
  'all readers find each value in a plain file of %s',
  async (_, width, groups) => {
    const names = Array.from({ length: width }, (_column, n) => `c${n}`);
    const value = (row: number, column: number) => row * 10_000 + column + 0.5;
    const fields = names.map(name => new Field(name, new Float64(), true));
    let from = 0;
    const batches = groups.map(length => {
      const children = names.map((_name, column) => {
        const first = from;
        const data = Float64Array.from({ length }, (_row, n) => value(first + n, column));
        return makeData({ type: new Float64(), data });
      });
      from += length;
      return new RecordBatch(
        new Schema(fields),
        makeData({ type: new Struct(fields), length, nullCount: 0, children })
      );
    });
    const wanted = Array.from({ length: from }, (_row, row) =>
      Object.fromEntries(names.map((name, column) => [name, value(row, column)]))
    );
    const format = parquet(encoders, {
      compression: 'uncompressed',
      rowGroup: { rows: groups[0] ?? 1, bytes: 2 ** 26 }
    });
    const source = new ArrowSource(new Schema(fields), batches);
    const file = await collect(writeRows(source, format, new AbortController().signal, () => undefined));

    const { pyarrow, duckdb, polars } = await judge(file);
    expect(pyarrow).toMatchObject({ rows: from, rowGroups: groups });
    const texts = [...wanted.slice(0, 50), ...wanted.slice(Math.max(50, from - 50))].map(row =>
      Object.fromEntries(Object.entries(row).map(([name, number]) => [name, String(number)]))
    );
    expect(pyarrow.values).toEqual(texts);
    expect(duckdb).toEqual({ rows: from, values: texts });
    expect(polars).toEqual(duckdb);
    expect(await parquetReadObjects({ file: Uint8Array.from(file).buffer })).toEqual(wanted);
    const cursor = (await ParquetReader.openBuffer(Buffer.from(file))).getCursor(names.map(name => [name]));
    for (const row of wanted) {
      expect(await cursor.next()).toEqual(row);
    }
    expect(await cursor.next()).toBeNull();
  },
  60_000
);

test('columns of one name keep their own types and values', async () => {
  const [left, right] = [batchOf({ a: [new Int32(), [1, 2]] }), batchOf({ a: [new Utf8(), ['x', 'y']] })];
  const fields = [...left.schema.fields, ...right.schema.fields];
  const children = [...left.data.children, ...right.data.children];
  const schema = new Schema(fields);
  const encoder = new IpcEncoder(schema);
  const place = positional(schema);
  const data = makeData({ type: new Struct(place.fields), length: 2, nullCount: 0, children });
  const message = Buffer.concat(encoder.encode(new RecordBatch(place, data)));
  const source: RowSource = {
    schema: async () => encoder.schemaMessage,
    batches: async function* () {
      yield { message, rows: 2 };
    },
    rowsRead: () => 2,
    release: async () => undefined
  };
  const format = parquet(encoders);
  const file = await collect(writeRows(source, format, new AbortController().signal, () => undefined));
  const metadata = parquetMetadata(Uint8Array.from(file).buffer);
  expect(metadata.num_rows).toBe(2n);
  expect(metadata.row_groups[0]!.columns.map(({ meta_data }) => meta_data!.type)).toEqual([
    'INT32',
    'BYTE_ARRAY'
  ]);
});
