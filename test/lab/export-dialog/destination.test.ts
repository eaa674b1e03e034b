import { type DatasetVersion } from '../../../src/contract/dataset';
import { amountText, existingText, keyFor, partitionsOf } from '../../../src/lab/export-dialog/destination';
import { formatOf } from '../../../src/lab/export-dialog/file-choice';
import { proposedPartitions } from '../../../src/lab/export-dialog/partition-proposals';
import { remainingMs } from '../../../src/lab/export-dialog/remaining';

it('reads partitions as they are written', () => {
  expect(partitionsOf('')).toEqual([]);
  expect(partitionsOf(' created_at:day ,status,')).toEqual([
    { column: 'created_at', part: 'day' },
    { column: 'status', part: null }
  ]);
  expect(partitionsOf('created_at:week')).toBeNull();
});

it('gives a file the ending of its format and a dataset none', () => {
  expect(keyFor('new-version', 'parquet', 'exports/orders.parquet')).toBe('exports/orders');
  expect(keyFor('object', 'parquet-snappy', 'exports/orders')).toBe('exports/orders.parquet');
  expect(keyFor('object', 'csv.gz', 'exports/orders.parquet')).toBe('exports/orders.csv.gz');
  expect(keyFor('object', 'arrow', 'exports/orders.csv.gz')).toBe('exports/orders.arrow');
  expect(keyFor('object', 'parquet', 'exports/orders.feather')).toBe('exports/orders.feather');
  expect(keyFor('object', 'csv', '')).toBe('');
});

it('sends snappy as the compression of Parquet', () => {
  expect(formatOf('parquet-snappy')).toEqual({ format: 'parquet', compression: 'snappy' });
  expect(formatOf('csv.gz')).toEqual({ format: 'csv.gz', compression: 'zstd' });
});

const PLAN = {
  ...{ rows: 4_200_000, bytes: 380_000_000, files: 2, durationMs: 61_000, encryption: null },
  ...{ objectExists: true, newest: null, columns: [], notes: [], spark: null }
};
const NEWEST: DatasetVersion = {
  sequence: 2,
  version: 'v',
  mode: 'append',
  committedAt: '2026-11-25T22:17:12.400Z',
  asOf: null,
  user: null,
  rows: 1200,
  bytes: 1,
  files: 1
};

it('tells what is written, and of other formats no size that is only that of Parquet', () => {
  expect(amountText(PLAN, 'new-version', 'parquet')).toBe(
    'about 4.2M rows, about 380 MB, 2 files or more, about 1 min 1 s.'
  );
  expect(amountText(PLAN, 'object', 'csv')).toBe('about 4.2M rows, about 1 min 1 s.');
  const unknown = { ...PLAN, rows: null, bytes: null, files: null, durationMs: null };
  expect(amountText(unknown, 'object', 'parquet')).toBe('How much is not known.');
});

it('says what stays and what is asked', () => {
  expect(existingText(PLAN, 'object')).toContain('It stays until you have been asked');
  expect(existingText({ ...PLAN, objectExists: false }, 'object')).toBe('Nothing is at this key yet.');
  const plan = { ...PLAN, newest: NEWEST };
  expect(existingText(plan, 'append')).toContain('what it keeps is copied into the new one.');
  expect(existingText(plan, 'new-version')).toBe(
    'The newest version, of 2026-11-25 with 1,200 rows, stays beside the new one.'
  );
});

it('proposes partitions by what ANALYZE saw: neither one part nor thousands', () => {
  const column = (name: string, type: string, distinct: number | null, range: readonly string[] = []) => ({
    name,
    type,
    distinct,
    lowest: range[0] ?? null,
    highest: range[1] ?? null
  });
  const proposals = proposedPartitions({
    columns: [
      column('id', 'bigint', 4_200_000),
      column('created_at', 'timestamp with time zone', null, [
        '2025-11-25 00:00:00+00',
        '2026-11-24 23:00:00+00'
      ]),
      column('note', 'text', 90_000),
      column('shop_id', 'integer', 30),
      column('status', '', 6),
      column('kind', 'text', null)
    ]
  });
  expect(proposals).toEqual([
    { text: 'created_at:month', hint: 'about 12 parts' },
    { text: 'created_at:day', hint: 'about 365 parts' },
    { text: 'status', hint: 'about 6 parts' },
    { text: 'shop_id', hint: 'about 30 parts' },
    { text: 'kind', hint: '' }
  ]);
});

it('tells the time that is left from the rate so far', () => {
  expect(remainingMs({ rowsWritten: 100, rowEstimate: 400, elapsedMs: 5_000 })).toBe(15_000);
  expect(remainingMs({ rowsWritten: 100, rowEstimate: null, elapsedMs: 5_000 })).toBeNull();
  expect(remainingMs({ rowsWritten: 500, rowEstimate: 400, elapsedMs: 5_000 })).toBeNull();
  expect(remainingMs({ rowsWritten: 1, rowEstimate: 400, elapsedMs: 100 })).toBeNull();
});
