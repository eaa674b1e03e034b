import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { testEnvironment, testStack } from '../support/stack';

// Two Python processes a test, each of which imports pyarrow.
jest.setTimeout(60_000);

const PYTHON = path.join(__dirname, '../../.venv/bin/python');
const COMPARE = path.join(__dirname, '../../demo/compare.py');
const { bucket } = testStack().aws;

/** Puts what the expression says, a mapping from column to values, on S3 as Parquet. */
async function put(key: string, columns: string): Promise<string> {
  const program = `
import datetime, decimal, pyarrow as pa, pyarrow.parquet as pq, s3fs
with s3fs.S3FileSystem().open("s3://${bucket}/${key}", "wb") as target:
    pq.write_table(pa.table(${columns}), target)`;
  await python(['-c', program]);
  return `s3://${bucket}/${key}`;
}

function python(args: readonly string[]) {
  return promisify(execFile)(PYTHON, args, { env: { ...process.env, ...testEnvironment() } });
}

const SQL = `SELECT 1::bigint AS id, 'NaN'::float8 AS score, 1.50::numeric AS price, '{1,NULL}'::int[] AS list`;
const SAME = `{
  "id": pa.array([1], pa.int64()), "score": pa.array([float("nan")]),
  "price": pa.array(["1.50"]), "list": pa.array([[1, None]], pa.list_(pa.int32()))
}`;

test('an object that holds what the database holds passes', async () => {
  const uri = await put('compare/same.parquet', SAME);
  const { stdout } = await python([COMPARE, uri, SQL]);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 1, columns: 4, cells: 4 });
});

test('one differing cell fails and is named', async () => {
  const uri = await put('compare/other.parquet', SAME.replace('[1, None]', '[1, 2]'));
  await expect(python([COMPARE, uri, SQL])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Row 0, column list: the object has [1, 2], the database [1, None]')
  });
});

test('a value of another type fails, also when Python calls it equal', async () => {
  const uri = await put('compare/type.parquet', SAME.replace('pa.array([1], pa.int64())', 'pa.array([1.0])'));
  await expect(python([COMPARE, uri, SQL])).rejects.toMatchObject({
    stderr: expect.stringContaining('column id: the object has 1.0, the database 1')
  });
});

test('a missing row fails', async () => {
  const uri = await put('compare/short.parquet', SAME);
  await expect(python([COMPARE, uri, `${SQL} UNION ALL ${SQL}`])).rejects.toMatchObject({ code: 1 });
});
