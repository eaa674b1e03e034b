import {
  Field,
  Int32,
  List,
  RecordBatch,
  Schema,
  Table,
  Utf8,
  makeData,
  tableToIPC,
  vectorFromArray
} from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { execFile } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readFooter } from '../../../src/gateway/parquet/footer';
import { ParquetMerge } from '../../../src/gateway/parquet/merge';
import { ParquetCodec } from '../../../src/gateway/parquet/parquet-codec';
import { writerProperties } from '../../../src/gateway/parquet/writer-properties';
import { judge } from './parquet-judges';

const codec = new ParquetCodec(path.resolve('parquet-codec/parquet_codec.wasm'));

function parquetOf(table: Table): Uint8Array {
  const stream = tableToIPC(table, 'stream');
  const rowGroup = codec.openRowGroup(stream, writerProperties([], 'snappy'));
  rowGroup.add(stream);
  return rowGroup.finish().encoded;
}

/** A Parquet file of one row group, not compressed any differently than its writer likes. */
function fileOf(from: number, count: number): Uint8Array {
  const data = Int32Array.from({ length: count }, (_, n) => from + n);
  const batch = new RecordBatch({ id: makeData({ type: new Int32(), data }) });
  return parquetOf(new Table([batch]));
}

function textFile(): Uint8Array {
  const schema = new Schema([new Field('id', new Utf8(), true)]);
  const batch = new RecordBatch({ id: vectorFromArray(['a'], new Utf8()).data[0]! });
  return parquetOf(new Table(schema, [batch]));
}

test('a single file is the same file again', () => {
  const file = fileOf(0, 1000);
  const merge = new ParquetMerge();
  const merged = Buffer.concat([merge.append(file), merge.finish()]);
  expect(merged.equals(file)).toBe(true);
});

test('what the writer noted beside the rows is kept', () => {
  const merge = new ParquetMerge();
  const files = [fileOf(0, 10), fileOf(10, 10)];
  const merged = Buffer.concat([...files.map(file => merge.append(file)), merge.finish()]);
  const [small, whole] = [files[0]!, merged].map(file => parquetMetadata(Uint8Array.from(file).buffer));
  expect(whole).toMatchObject({
    version: small!.version,
    schema: small!.schema,
    created_by: small!.created_by,
    key_value_metadata: small!.key_value_metadata
  });
  expect(whole!.row_groups.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
  expect(whole!.row_groups.map(({ columns }) => columns[0]!.meta_data!.statistics)).toMatchObject([
    { min_value: 0, max_value: 9 },
    { min_value: 10, max_value: 19 }
  ]);
});

test('rows beyond 4 GiB are found where they are', async () => {
  const before = 5 * 2 ** 30;
  const merge = new ParquetMerge(before);
  const tail = Buffer.concat([
    merge.append(fileOf(0, 1000)),
    merge.append(fileOf(1000, 1000)),
    merge.finish()
  ]);
  const directory = mkdtempSync(path.join(tmpdir(), 'sparse-'));
  try {
    const name = path.join(directory, 'sparse.parquet');
    const file = openSync(name, 'w');
    writeSync(file, 'PAR1');
    // The bytes before are a hole that takes no room on the disk.
    writeSync(file, tail, 0, tail.length, before);
    closeSync(file);
    const script = path.resolve('test/fixtures/parquet/judge.py');
    const { stdout } = await promisify(execFile)(path.resolve('.venv/bin/python'), [script, name]);
    const { pyarrow, duckdb } = JSON.parse(stdout);
    expect(pyarrow).toMatchObject({ rows: 2000, rowGroups: [1000, 1000] });
    expect(pyarrow.values.at(-1)).toEqual({ id: '1999' });
    expect(duckdb.values).toEqual(pyarrow.values);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('hundreds of row groups still make a file', async () => {
  const merge = new ParquetMerge();
  const parts = Array.from({ length: 300 }, (_, n) => merge.append(fileOf(n * 10, 10)));
  expect(merge.rows).toBe(3000);
  const { pyarrow, duckdb } = await judge(Buffer.concat([...parts, merge.finish()]));
  expect(pyarrow.rowGroups).toEqual(Array<number>(300).fill(10));
  expect(duckdb.values.at(-1)).toEqual({ id: '2999' });
});

/** Lists of lists, with NULL and nothing at each depth, whose values tell the row. */
function nestedFile(from: number, count: number): Uint8Array {
  const inner = new Field('element', new List(new Field('element', new Int32(), true)), true);
  const lists = vectorFromArray(
    Array.from({ length: count }, (_, index) => nested(from + index)),
    new List(inner)
  );
  return parquetOf(new Table({ lists }));
}

function nested(row: number): readonly (readonly (number | null)[] | null)[] | null {
  return [null, [], [null, []], [[row], [null, row + 1]], [[row, row + 1, row + 2]]][row % 5] ?? null;
}

test('lists of lists keep their depth over row groups', async () => {
  const merge = new ParquetMerge();
  const parts = [0, 37, 90].map((from, index, all) =>
    merge.append(nestedFile(from, (all[index + 1] ?? 100) - from))
  );
  const file = Buffer.concat([...parts, merge.finish()]);
  const { pyarrow, duckdb, polars } = await judge(file);
  expect(pyarrow.rowGroups).toEqual([37, 53, 10]);
  expect(pyarrow.types).toEqual({ lists: 'list<element: list<element: int32>>' });
  const python = (row: number) =>
    nested(row) && JSON.stringify(nested(row)).replaceAll('null', 'None').replaceAll(',', ', ');
  expect(pyarrow.values).toEqual(Array.from({ length: 100 }, (_, row) => ({ lists: python(row) })));
  expect(duckdb.values).toEqual(pyarrow.values);
  expect(polars.values).toEqual(pyarrow.values);
  const read = await parquetReadObjects({ file: Uint8Array.from(file).buffer, compressors });
  // hyparquet gives undefined for a list that is NULL, which JSON has as null.
  expect(JSON.parse(JSON.stringify(read.map(({ lists }) => lists)))).toEqual(
    Array.from({ length: 100 }, (_, row) => nested(row))
  );
});

test('files of different schemas are not merged', () => {
  const merge = new ParquetMerge();
  merge.append(fileOf(0, 1));
  expect(() => merge.append(textFile())).toThrow('differ in their schema');
});

test.each([
  ['no bytes', () => new Uint8Array()],
  ['bytes of something else', () => Buffer.from('this is not Parquet at all')],
  ['a file cut short', () => fileOf(0, 100).subarray(0, -1)]
])('%s are no Parquet file', (_, bytes) => {
  expect(() => readFooter(bytes())).toThrow('not a Parquet file');
});

test('a merge of nothing has no schema and is refused', () => {
  expect(() => new ParquetMerge().finish()).toThrow('needs a schema');
});
