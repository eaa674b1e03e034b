import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
  makeData,
  type DataType
} from 'apache-arrow';
import { gunzipSync } from 'node:zlib';
import { CsvFile } from '../../../src/gateway/csv/csv-file';
import { csvHeader, csvRows } from '../../../src/gateway/csv/csv-text';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import { batchOf } from '../parquet/batch-of';
import { ArrowSource } from '../parquet/arrow-source';
import { bundleWorker } from '../parquet/worker-bundle';
import { judgeCsv } from '../../support/format-judge';

function cells(type: DataType, ...values: readonly unknown[]): readonly string[] {
  const lines = csvRows(batchOf({ value: [type, values] })).split('\r\n');
  return lines.slice(0, -1);
}

test('NULL is nothing and an empty text is quoted', () => {
  const batch = batchOf({ a: [new Utf8(), ['', null, 'x']], b: [new Int32(), [null, 2, null]] });
  expect(csvRows(batch)).toBe('"",\r\n,2\r\nx,\r\n');
});

test('fields are quoted as RFC 4180 asks, and no others', () => {
  const texts = [
    'plain',
    'a,b',
    'say "hi"',
    'two\nlines',
    'two\r\nlines',
    ' edge',
    'žluťoučký 🐎',
    'NULL',
    '\\.'
  ];
  expect(csvRows(batchOf({ value: [new Utf8(), texts] }))).toBe(
    [
      'plain',
      '"a,b"',
      '"say ""hi"""',
      '"two\nlines"',
      '"two\r\nlines"',
      '" edge"',
      'žluťoučký 🐎',
      'NULL',
      '\\.',
      ''
    ].join('\r\n')
  );
  expect(csvHeader(new Schema([new Field('a,b', new Utf8()), new Field('', new Utf8())]))).toBe(
    '"a,b",""\r\n'
  );
});

test('every digit of a number is there', () => {
  expect(cells(new Int64(), 2n ** 63n - 1n, -(2n ** 63n))).toEqual([
    '9223372036854775807',
    '-9223372036854775808'
  ]);
  expect(cells(new Float64(), 0.1, 5e-324, 1.7976931348623157e308, -0, NaN, -Infinity)).toEqual([
    '0.1',
    '5e-324',
    '1.7976931348623157e+308',
    '-0',
    'NaN',
    '-Infinity'
  ]);
  expect(cells(new Float32(), Math.fround(0.1), Math.fround(3.4028235e38), Math.fround(1e-45))).toEqual([
    '0.1',
    '3.4028235e+38',
    '1e-45'
  ]);
  const decimal = (text: bigint) =>
    Uint32Array.from([0n, 32n, 64n, 96n], shift => Number(BigInt.asUintN(32, text >> shift)));
  const nines = 10n ** 38n - 1n;
  expect(cells(new Decimal(10, 38, 128), decimal(nines), decimal(-nines), decimal(-5n), decimal(0n))).toEqual(
    [
      `${'9'.repeat(28)}.${'9'.repeat(10)}`,
      `-${'9'.repeat(28)}.${'9'.repeat(10)}`,
      '-0.0000000005',
      '0.0000000000'
    ]
  );
  expect(cells(new Decimal(0, 5, 128), decimal(-12n))).toEqual(['-12']);
});

test('moments are ISO 8601 with microseconds, and PostgreSQL names what ISO 8601 has no form for', () => {
  const dates = { days: Int32Array.of(-1, 0, 19_782, -719_163, 2 ** 31 - 1, -(2 ** 31)) };
  const date = makeData({ type: new DateDay(), data: dates.days });
  const schema = new Schema([new Field('value', new DateDay())]);
  const batch = new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: dates.days.length, nullCount: 0, children: [date] })
  );
  expect(csvRows(batch).split('\r\n').slice(0, 6)).toEqual([
    '1969-12-31',
    '1970-01-01',
    '2024-02-29',
    '0001-12-31 BC',
    'infinity',
    '-infinity'
  ]);
  const stamp = (zone: string | null, ...values: bigint[]) => {
    const type = new TimestampMicrosecond(zone);
    const data = makeData({ type, data: BigInt64Array.from(values) });
    const fields = [new Field('value', type)];
    const all = makeData({ type: new Struct(fields), length: values.length, nullCount: 0, children: [data] });
    return csvRows(new RecordBatch(new Schema(fields), all))
      .split('\r\n')
      .slice(0, -1);
  };
  expect(stamp('UTC', -1n, 1_770_087_845_789_012n, 2n ** 63n - 1n)).toEqual([
    '1969-12-31 23:59:59.999999+00:00',
    '2026-02-03 03:04:05.789012+00:00',
    'infinity'
  ]);
  expect(stamp(null, 0n, -(2n ** 63n), 253_402_300_800_000_000n - 1n + 86_400_000_000n)).toEqual([
    '1970-01-01 00:00:00',
    '-infinity',
    '10000-01-01 23:59:59.999999'
  ]);
  const time = makeData({
    type: new TimeMicrosecond(),
    data: BigInt64Array.of(0n, 86_400_000_000n, 86_399_999_999n)
  });
  const fields = [new Field('value', new TimeMicrosecond())];
  const all = makeData({ type: new Struct(fields), length: 3, nullCount: 0, children: [time] });
  expect(csvRows(new RecordBatch(new Schema(fields), all))).toBe(
    '00:00:00\r\n24:00:00\r\n23:59:59.999999\r\n'
  );
});

test('arrays, bytes and booleans look as PostgreSQL writes them', () => {
  const list = new List(new Field('element', new Utf8(), true));
  expect(cells(list, ['a', null, 'b c', '', 'null', 'q"\\'], [], null)).toEqual([
    '"{a,NULL,""b c"","""",""null"",""q\\""\\\\""}"',
    '{}',
    ''
  ]);
  expect(cells(new Binary(), Uint8Array.of(0, 255))).toEqual(['\\x00ff']);
  expect(cells(new Bool(), true, false, null)).toEqual(['true', 'false', '']);
});

describe('a whole file', () => {
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

  async function write(table: Table, gzip: boolean): Promise<{ bytes: Buffer; file: CsvFile }> {
    const source = ArrowSource.of(table);
    const file = new CsvFile(await source.schema(), encoders, gzip);
    const pieces: Uint8Array[] = [];
    for await (const batch of source.batches(new AbortController().signal)) {
      pieces.push(...(await file.add(batch)));
    }
    pieces.push(...(await file.finish()));
    return { bytes: Buffer.concat(pieces), file };
  }

  const big = 2n ** 63n - 1n;
  const sample = batchOf({
    name: [new Utf8(), ['', null, 'a "b", c', 'two\r\nlines', 'Zoë 🌻']],
    big: [new Int64(), [big, -big, null, 0n, 1n]],
    ratio: [new Float64(), [0.1, null, -1e300, 5e-324, 2]],
    at: [new TimestampMicrosecond('UTC'), [0, null, 1000, -1000, Date.UTC(2026, 1, 3)]],
    yes: [new Bool(), [true, false, null, true, false]]
  });
  const expected = [
    { name: '', big: String(big), ratio: '0.1', at: '1970-01-01 00:00:00+00:00', yes: 'True' },
    { name: null, big: String(-big), ratio: null, at: null, yes: 'False' },
    { name: 'a "b", c', big: null, ratio: '-1e+300', at: '1970-01-01 00:00:01+00:00', yes: null },
    { name: 'two\r\nlines', big: '0', ratio: '5e-324', at: '1969-12-31 23:59:59+00:00', yes: 'True' },
    { name: 'Zoë 🌻', big: '1', ratio: '2.0', at: '2026-02-03 00:00:00+00:00', yes: 'False' }
  ];
  const types = { name: 'VARCHAR', big: 'BIGINT', ratio: 'DOUBLE', at: 'TIMESTAMPTZ', yes: 'BOOLEAN' };

  test.each([
    ['plain', 'csv', false],
    ['compressed', 'csv.gz', true]
  ])('%s reads back in pyarrow, DuckDB and pandas', async (_, ending, gzip) => {
    const { bytes, file } = await write(new Table([sample, sample]), gzip);
    const { pyarrow, duckdb, pandas } = await judgeCsv(bytes, ending, types);
    expect(pyarrow).toEqual([...expected, ...expected]);
    expect(duckdb).toEqual(pyarrow);
    expect(pandas.map(({ name }) => name).slice(0, 5)).toEqual(expected.map(({ name }) => name ?? ''));
    expect(pandas.map(({ big: text }) => text).slice(0, 5)).toEqual([
      String(big),
      String(-big),
      '',
      '0',
      '1'
    ]);
    expect(file).toMatchObject({ rows: 10, rowsWritten: 10, bytes: bytes.length });
  });

  test('of many stretches keeps the order of the rows and has one header', async () => {
    const numbers = (from: number) => Array.from({ length: 50_000 }, (_, n) => from + n);
    const batches = Array.from({ length: 30 }, (_, n) =>
      batchOf({ n: [new Int64(), numbers(n * 50_000).map(BigInt)] })
    );
    const { bytes } = await write(new Table(batches), true);
    const lines = gunzipSync(bytes).toString().split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['n', '0']);
    expect(lines).toHaveLength(1_500_002);
    expect(lines.slice(1, -1).every((line, index) => line === String(index))).toBe(true);
  });

  test('without rows is its header', async () => {
    const empty = new Table(sample.schema, []);
    expect((await write(empty, false)).bytes.toString()).toBe('name,big,ratio,at,yes\r\n');
    expect(gunzipSync((await write(empty, true)).bytes).toString()).toBe('name,big,ratio,at,yes\r\n');
  });
});
