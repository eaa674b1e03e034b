import { parseDatasetRequest, parseManifest } from '../../src/contract/dataset';
import { Exports } from '../../src/gateway/export';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import { resultSource } from '../../src/gateway/results/result-source';
import { Engine } from '../support/engine';
import { withSchema } from './catalog/shelf';
import { judge } from './parquet/parquet-judges';
import { bundleWorker } from './parquet/worker-bundle';
import { BUCKET, EmulatedS3 } from './s3/emulated-s3';
import { exportRequest } from '../support/requests';
import { exportEffects } from '../support/exports';

jest.setTimeout(30_000);
let engine: Engine;
let s3: EmulatedS3;
let worker: Awaited<ReturnType<typeof bundleWorker>>;
let exports: Exports;

beforeAll(async () => {
  [engine, s3, worker] = await Promise.all([Engine.open(), EmulatedS3.start(), bundleWorker()]);
  exports = new Exports(
    await exportEffects({
      openSource: ({ sql, params, origin }) => {
        const result = engine.start(sql, { params, origin });
        return resultSource(result, () => engine.store.release(result.id));
      },
      s3: s3.client,
      encoders: new EncoderPool(worker.file, 1)
    })
  );
}, 60_000);

afterAll(async () => {
  await exports.dispose();
  await Promise.all([engine.close(), s3.stop()]);
  worker.remove();
});

function start(sql: string, key: string): string {
  const origin = { kind: 'export', label: key } as const;
  return exports.start(exportRequest({ sql, bucket: BUCKET, key, origin })).exportId;
}

test("PostgreSQL's values keep every digit on their way to S3", async () => {
  const sql = `SELECT 12345678901234567890.12::numeric(22,2) AS amount,
    9223372036854775807::int8 AS big, NULL::int4 AS nothing, 'Zoë 🌻'::text AS name,
    timestamptz '2026-02-03 04:05:06.789012+01' AS at, date '1969-07-20' AS day,
    '{1,NULL,3}'::int4[] AS list, '{"id": 12345678901234567890}'::jsonb AS doc, true AS yes`;
  for await (const status of exports.follow(start(sql, 'types.parquet'))) {
    expect(status.error).toBeNull();
  }
  const { pyarrow, duckdb } = await judge(await s3.read('types.parquet'));
  expect(pyarrow.types).toMatchObject({
    amount: 'decimal128(22, 2)',
    big: 'int64',
    nothing: 'int32',
    at: 'timestamp[us, tz=UTC]',
    day: 'date32[day]',
    list: 'list<element: int32>'
  });
  expect(pyarrow.pgTypes).toMatchObject({ amount: 'numeric(22,2)', list: 'integer[]', doc: 'jsonb' });
  const values = {
    amount: '12345678901234567890.12',
    big: '9223372036854775807',
    nothing: null,
    name: 'Zoë 🌻',
    day: '1969-07-20',
    list: '[1, None, 3]',
    doc: '{"id": 12345678901234567890}',
    yes: 'True'
  };
  expect(pyarrow.values).toEqual([{ ...values, at: '2026-02-03 03:05:06.789012+00:00' }]);
  expect(duckdb.values).toMatchObject([values]);
});

test("a column's type, table, nullability and comment are in the file", async () => {
  const made = await withSchema('described', (schema, reader) => [
    `CREATE TABLE ${schema}.part (code varchar(12) NOT NULL, weight numeric(6,2))`,
    `COMMENT ON COLUMN ${schema}.part.weight IS 'In kilograms, tare included'`,
    `INSERT INTO ${schema}.part VALUES ('a', 1.5)`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
    `GRANT SELECT ON ${schema}.part TO ${reader}`
  ]);
  const sql = 'SELECT code, weight, weight * 2 AS twice FROM described.part';
  for await (const status of exports.follow(start(sql, 'described.parquet'))) {
    expect(status.error).toBeNull();
  }
  await made.drop();
  const { pyarrow } = await judge(await s3.read('described.parquet'));
  const table = { 'pg:schema': 'described', 'pg:table': 'part' };
  expect(pyarrow.metadata).toEqual({
    code: { ...table, 'pg:type': 'character varying(12)', 'pg:column': 'code', 'pg:not_null': 'true' },
    weight: {
      ...table,
      ...{ 'pg:type': 'numeric(6,2)', 'pg:column': 'weight', 'pg:not_null': 'false' },
      'pg:comment': 'In kilograms, tare included'
    },
    twice: { 'pg:type': 'numeric' }
  });
});

test("a manifest names the state that the statement's own transaction sees", async () => {
  const sql = `SELECT pg_current_snapshot()::text AS snapshot, current_setting('transaction_isolation') AS isolation,
    to_char(transaction_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS began,
    pg_last_wal_replay_lsn()::text AS lsn, pg_is_in_recovery() AS standby`;
  const dataset = parseDatasetRequest({});
  const order = { sql, bucket: BUCKET, key: 'seen', dataset, origin: { kind: 'export', label: '' } } as const;
  for await (const status of exports.follow(exports.start(exportRequest(order)).exportId)) {
    expect(status.error).toBeNull();
  }
  const { source, files } = parseManifest(
    JSON.parse((await s3.read('seen/_manifests/0000000001.json')).toString())
  );
  const { pyarrow } = await judge(await s3.read(`seen/${files[0]!.path}`));
  const [row] = pyarrow.values;
  expect(row).toMatchObject({
    snapshot: source.snapshot,
    isolation: 'repeatable read',
    began: source.asOf,
    standby: 'True'
  });
  const position = (lsn: unknown) =>
    String(lsn)
      .split('/')
      .reduce((sum, half) => sum * 2 ** 32 + Number.parseInt(half, 16), 0);
  expect(position(source.lsn)).toBeGreaterThan(0);
  expect(position(source.lsn)).toBeLessThanOrEqual(position(row?.['lsn']));
});

test('cancelling ends the statement in the server and leaves nothing on S3', async () => {
  const mark = 'cancelled by its reader';
  const exportId = start(
    `SELECT g, '${mark}', pg_sleep(0.001) FROM generate_series(1, 1000000) g`,
    'gone.parquet'
  );
  for await (const { state, rowsRead } of exports.follow(exportId)) {
    if (state === 'running' && rowsRead > 0) {
      break;
    }
  }
  const asked = Date.now();
  expect(await exports.cancel(exportId)).toMatchObject({ state: 'cancelled' });
  expect(Date.now() - asked).toBeLessThan(5_000);
  const active = await engine.table(
    `SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()`,
    { params: [mark] }
  );
  expect(active.numRows).toBe(0);
  expect(await s3.keys()).not.toContain('gone.parquet');
  expect(await s3.unfinishedUploads()).toBe(0);
  expect(engine.store.running()).toEqual([]);
});

test('a statement that fails after its first rows fails the export', async () => {
  const exportId = start('SELECT 1 / (200000 - g) FROM generate_series(1, 300000) g', 'failed.parquet');
  let last;
  for await (const status of exports.follow(exportId)) {
    last = status;
  }
  expect(last).toMatchObject({ state: 'failed', error: { code: 'query-failed', sqlstate: '22012' } });
  expect(await s3.keys()).not.toContain('failed.parquet');
  expect(await s3.unfinishedUploads()).toBe(0);
});
