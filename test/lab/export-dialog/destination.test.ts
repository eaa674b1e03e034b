import { type DatasetVersion } from '../../../src/contract/dataset';
import { keyFor, partitionsOf, planText } from '../../../src/lab/export-dialog/destination';
import { readCode } from '../../../src/lab/export-dialog/read-code';
import { remainingMs } from '../../../src/lab/export-dialog/remaining';

it('reads partitions as they are written', () => {
  expect(partitionsOf('')).toEqual([]);
  expect(partitionsOf(' created_at:day ,status,')).toEqual([
    { column: 'created_at', part: 'day' },
    { column: 'status', part: null }
  ]);
  expect(partitionsOf('created_at:week')).toBeNull();
});

it('gives a file an ending and a dataset none', () => {
  expect(keyFor('new-version', 'exports/orders.parquet')).toBe('exports/orders');
  expect(keyFor('object', 'exports/orders')).toBe('exports/orders.parquet');
  expect(keyFor('object', 'exports/orders.csv')).toBe('exports/orders.csv');
});

const UNKNOWN = {
  ...{ rows: null, bytes: null, files: null, durationMs: null, encryption: null },
  ...{ objectExists: true, newest: null, columns: [], notes: [] }
};

it('says what stays and what is asked', () => {
  expect(planText(UNKNOWN, 'object')).toBe(
    'How much it writes is not known. There is an object at this key; you are asked before it is replaced.'
  );
  const newest: DatasetVersion = {
    sequence: 2,
    version: 'v',
    mode: 'append',
    committedAt: '',
    asOf: null,
    user: null,
    rows: 1200,
    bytes: 1,
    files: 1
  };
  expect(planText({ ...UNKNOWN, newest }, 'append')).toContain('what it keeps is copied into the new one.');
  expect(planText({ ...UNKNOWN, newest }, 'new-version')).toContain('stays beside the new one.');
});

it('tells the time that is left from the rate so far', () => {
  expect(remainingMs({ rowsWritten: 100, rowEstimate: 400, elapsedMs: 5_000 })).toBe(15_000);
  expect(remainingMs({ rowsWritten: 100, rowEstimate: null, elapsedMs: 5_000 })).toBeNull();
  expect(remainingMs({ rowsWritten: 500, rowEstimate: 400, elapsedMs: 5_000 })).toBeNull();
  expect(remainingMs({ rowsWritten: 1, rowEstimate: 400, elapsedMs: 100 })).toBeNull();
});

it('writes code that reads what was exported', () => {
  expect(readCode({ uri: 's3://b/k.parquet', dataset: null, version: null })).toContain(
    'pd.read_parquet("s3://b/k.parquet")'
  );
  const dataset = {
    mode: 'append',
    partitionBy: [],
    targetFileBytes: null,
    retain: null,
    glue: null
  } as const;
  expect(readCode({ uri: 's3://b/orders', dataset, version: '2026-x' })).toBe(
    'from db_connection import db\n\ndf = db.dataset("s3://b/orders").to_pandas()  # .at("2026-x") for exactly this version\n'
  );
});
