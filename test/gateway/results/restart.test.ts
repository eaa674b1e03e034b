import { setTimeout as sleep } from 'node:timers/promises';
import { Exports } from '../../../src/gateway/export';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import type { Result } from '../../../src/gateway/results/result';
import { resultSource } from '../../../src/gateway/results/result-source';
import { STARTED_OVER } from '../../../src/gateway/results/row-stream';
import { Engine, readAll } from '../../support/engine';
import { judge } from '../parquet/parquet-judges';
import { bundleWorker } from '../parquet/worker-bundle';
import { BUCKET, EmulatedS3 } from '../s3/emulated-s3';
import { exportRequest } from '../../support/requests';
import { exportEffects } from '../../support/exports';

jest.setTimeout(60_000);

/** The value that numeric(9,2) has and no decimal comes long after the first rows. */
const LATE = 150_000;
const SQL = `SELECT g AS id, (CASE WHEN g = ${LATE} THEN 'NaN' ELSE g::text END)::numeric(9,2) AS price,
  pg_sleep(CASE WHEN g = 70000 THEN 0.5 END) FROM generate_series(1, ${LATE}) g`;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

const hasRows = (result: Result) => result.until(() => (result.rows?.rows ?? 0) > 0);

describe('a value that its column cannot hold, after rows were read', () => {
  it('makes the result start over as text, which its status tells', async () => {
    const result = engine.start(SQL);
    await hasRows(result);
    const before = result.status();
    expect(before).toMatchObject({ generation: 1, fields: [{}, { arrow: 'Decimal[9e+2]' }, {}] });
    await result.until();
    expect(result.status()).toMatchObject({
      state: 'done',
      generation: 2,
      rows: LATE,
      fields: [{}, { arrow: 'Utf8' }, {}]
    });
    expect(result.status().spoolPath).not.toBe(before.spoolPath);
    const prices = (await readAll(result)).getChild('price')!;
    expect([prices.get(0), prices.get(LATE - 1)]).toEqual(['1.00', 'NaN']);
  });

  it('tells a reader in the middle to begin again', async () => {
    const result = engine.start(SQL);
    await hasRows(result);
    const reading = (async () => {
      for await (const { rows } of result.rows!.stream(new AbortController().signal)) {
        expect(rows).toBeGreaterThan(0);
      }
    })();
    await expect(reading).rejects.toBe(STARTED_OVER);
    await result.until();
    expect(result.status().state).toBe('done');
  });

  it('fails the query while somebody has handed rows on', async () => {
    const result = engine.start(SQL);
    await hasRows(result);
    result.streams++;
    await result.until();
    expect(result.status()).toMatchObject({
      state: 'failed',
      generation: 1,
      error: { code: 'value-not-representable', subject: 'price' }
    });
  });
});

it('a connection lost after rows were read starts over, and not for ever', async () => {
  const result = engine.start(
    `SELECT g, repeat('x', 100) FROM generate_series(1, 400000) g, LATERAL (SELECT pg_sleep(CASE WHEN g % 20000 = 0 THEN 0.2 END)) s -- dropped`
  );
  for (let kills = 0; kills < 3; kills++) {
    await result.until(() => result.status().generation === kills + 1 && (result.rows?.rows ?? 0) > 0);
    await engine.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%-- dropped' AND pid <> pg_backend_pid()"
    );
  }
  await result.until();
  expect(result.status()).toMatchObject({
    state: 'failed',
    generation: 3,
    error: { code: 'connection-lost' }
  });
});

describe('an export', () => {
  let s3: EmulatedS3;
  let worker: Awaited<ReturnType<typeof bundleWorker>>;
  let exports: Exports;
  let sources: Result[];

  beforeAll(async () => {
    [s3, worker] = await Promise.all([EmulatedS3.start(), bundleWorker()]);
    sources = [];
    exports = new Exports(
      await exportEffects({
        openSource: ({ sql, params }) => {
          const result = engine.start(sql, { params });
          sources.push(result);
          return resultSource(result, () => engine.store.release(result.id));
        },
        s3: s3.client,
        encoders: new EncoderPool(worker.file, 1)
      })
    );
  });
  afterAll(async () => {
    await exports.dispose();
    await s3.stop();
    worker.remove();
  });

  const start = (sql: string, key: string) =>
    exports.start(exportRequest({ sql, bucket: BUCKET, key, origin: { kind: 'export', label: key } }))
      .exportId;

  it('starts over by itself and writes every row as text', async () => {
    const exportId = start(SQL, 'late.parquet');
    let last;
    for await (const status of exports.follow(exportId, new AbortController().signal)) {
      last = status;
    }
    expect(last).toMatchObject({ state: 'done', rowsRead: LATE, rowsWritten: LATE, error: null });
    expect(sources.at(-1)!.status().generation).toBe(2);
    const { pyarrow } = await judge(await s3.read('late.parquet'));
    expect(pyarrow).toMatchObject({ rows: LATE, types: { id: 'int32', price: 'string' } });
    expect(await s3.unfinishedUploads()).toBe(0);
  });

  it('starts over when its connection is lost in the middle', async () => {
    const exportId = start(
      'SELECT g, pg_sleep(CASE WHEN g = 90000 THEN 2 END) FROM generate_series(1, 100000) g -- lost export',
      'lost.parquet'
    );
    while (exports.get(exportId).rowsRead === 0) {
      await sleep(20);
    }
    await engine.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%-- lost export' AND pid <> pg_backend_pid()"
    );
    let last;
    for await (const status of exports.follow(exportId, new AbortController().signal)) {
      last = status;
    }
    expect(last).toMatchObject({ state: 'done', rowsWritten: 100_000 });
    expect(sources.at(-1)!.status().generation).toBe(2);
  });
});
