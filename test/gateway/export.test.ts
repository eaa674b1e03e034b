import { Field, Int32, RecordBatch, Schema, makeData } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseExportStatus, type ExportRequest, type ExportStatus } from '../../src/contract/export';
import { Exports } from '../../src/gateway/export';
import { GatewayError } from '../../src/gateway/gateway-error';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import type { RowSource } from '../../src/gateway/results/row-source';
import { ArrowSource, type BeforeBatch } from './parquet/arrow-source';
import { judge } from './parquet/parquet-judges';
import { bundleWorker } from './parquet/worker-bundle';
import { BUCKET, EmulatedS3 } from './s3/emulated-s3';
import { exportRequest } from '../support/requests';
import { exportEffects } from '../support/exports';

/** A row group of two batches. */
const BATCH_ROWS = 2 ** 19;
/** Enough that before the last batch a first part is on its way to S3. */
const MANY = 16;
jest.setTimeout(30_000);

let s3: EmulatedS3;
let worker: Awaited<ReturnType<typeof bundleWorker>>;

beforeAll(async () => {
  [s3, worker] = await Promise.all([EmulatedS3.start(), bundleWorker()]);
}, 60_000);

afterAll(async () => {
  await s3.stop();
  worker.remove();
});

/** Random numbers, so that a row group of them is as large on S3 as in memory. */
function* batches(count: number): Generator<RecordBatch> {
  for (let number = 0; number < count; number++) {
    const data = randomFillSync(new Int32Array(BATCH_ROWS));
    yield new RecordBatch({ id: makeData({ type: new Int32(), data }) });
  }
}

function sourceOf(count: number, beforeBatch?: BeforeBatch): ArrowSource {
  return new ArrowSource(new Schema([new Field('id', new Int32(), true)]), batches(count), beforeBatch);
}

const request = (key: string, more: Partial<ExportRequest> = {}): ExportRequest =>
  exportRequest({
    sql: 'SELECT id FROM numbers',
    bucket: BUCKET,
    key,
    origin: { kind: 'export', label: 'numbers' },
    ...more
  });

/** Runs `use` over exports of `source`, and ends them and the encoders. */
async function exporting<T>(
  source: RowSource | (() => RowSource),
  use: (exports: Exports) => Promise<T>,
  workerFile = worker.file
): Promise<T> {
  const encoders = new EncoderPool(workerFile, 2);
  const openSource = typeof source === 'function' ? source : () => source;
  const exports = new Exports(await exportEffects({ openSource, s3: s3.client, encoders }));
  try {
    return await use(exports);
  } finally {
    await exports.dispose();
    await encoders.dispose();
  }
}

async function toEnd(exports: Exports, exportId: string): Promise<ExportStatus[]> {
  const seen: ExportStatus[] = [];
  for await (const status of exports.follow(exportId)) {
    seen.push(status);
  }
  return seen;
}

async function uploadHasBegun(): Promise<void> {
  while ((await s3.unfinishedUploads()) === 0) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function expectNothingAt(key: string): Promise<void> {
  expect(await s3.keys()).not.toContain(key);
  expect(await s3.unfinishedUploads()).toBe(0);
}

test('all rows arrive, and the status tells how far they are', async () => {
  const source = sourceOf(MANY);
  const rows = MANY * BATCH_ROWS;
  await exporting(source, async exports => {
    const started = exports.start(request('numbers.parquet'));
    expect(started).toMatchObject({ state: 'queued', uri: `s3://${BUCKET}/numbers.parquet`, error: null });
    // A follower is told ten times a second, which a short export may be too fast for.
    const sampled: ExportStatus[] = [];
    const sampling = setInterval(() => sampled.push(exports.get(started.exportId)), 5);
    const seen = await toEnd(exports, started.exportId);
    clearInterval(sampling);
    const object = await s3.read('numbers.parquet');
    expect(seen.at(-1)).toMatchObject({
      state: 'done',
      rowsRead: rows,
      rowsWritten: rows,
      bytes: object.length,
      error: null
    });
    expect(sampled.some(({ state, bytes }) => state === 'running' && bytes > 0)).toBe(true);
    expect(seen.map(({ rowsWritten }) => rowsWritten)).toEqual(
      seen.map(({ rowsWritten }) => rowsWritten).sort((a, b) => a - b)
    );
    seen.forEach(status => expect(parseExportStatus({ ...status })).toEqual(status));
    expect((await judge(object)).duckdb.rows).toBe(rows);
  });
  expect(source.released).toBeGreaterThan(0);
  expect(await s3.unfinishedUploads()).toBe(0);
});

test('a statement that fails in the middle leaves nothing and tells its own error', async () => {
  const source = sourceOf(MANY, async batch => {
    if (batch === MANY - 1) {
      await uploadHasBegun();
      throw new GatewayError('replica-conflict', 'The replica ended the statement.', { sqlstate: '40001' });
    }
  });
  await exporting(source, async exports => {
    const seen = await toEnd(exports, exports.start(request('conflict.parquet')).exportId);
    expect(seen.at(-1)).toMatchObject({
      state: 'failed',
      error: { code: 'replica-conflict', message: 'The replica ended the statement.', sqlstate: '40001' }
    });
  });
  await expectNothingAt('conflict.parquet');
  expect(source.released).toBeGreaterThan(0);
});

test('a statement that the server refuses ends the export before it runs', async () => {
  const source = sourceOf(1);
  source.schema = async () => {
    throw new GatewayError('syntax-error', 'syntax error at or near "SELEC"');
  };
  await exporting(source, async exports => {
    const seen = await toEnd(exports, exports.start(request('refused.parquet')).exportId);
    // The same status may be told more than once.
    expect([...new Set(seen.map(({ state }) => state))]).toEqual(['queued', 'failed']);
    expect(seen.at(-1)?.error).toMatchObject({ code: 'syntax-error' });
  });
  await expectNothingAt('refused.parquet');
});

test('a cancelled export ends its source, and leaves nothing', async () => {
  let waiting: () => void;
  const arrived = new Promise<void>(resolve => (waiting = resolve));
  const source = sourceOf(MANY, async (batch, signal) => {
    if (batch === MANY - 1) {
      await uploadHasBegun();
      waiting();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
  });
  await exporting(source, async exports => {
    const { exportId } = exports.start(request('cancelled.parquet'));
    await arrived;
    expect(await exports.cancel(exportId)).toMatchObject({
      state: 'cancelled',
      error: { code: 'cancelled' }
    });
    expect(source.released).toBeGreaterThan(0);
    await expectNothingAt('cancelled.parquet');
    expect(await exports.cancel(exportId)).toMatchObject({ state: 'cancelled' });
  });
});

test('an encoder that dies in the middle leaves nothing and says so', async () => {
  const dying = path.join(path.dirname(worker.file), 'dies-at-its-second-row-group.js');
  writeFileSync(
    dying,
    `let jobs = 0;
     require('node:worker_threads').parentPort.on('message', () => ++jobs === 2 && process.exit(7));
     require(${JSON.stringify(worker.file)});`
  );
  await exporting(
    sourceOf(MANY),
    async exports => {
      const seen = await toEnd(exports, exports.start(request('crashed.parquet')).exportId);
      expect(seen.at(-1)).toMatchObject({
        state: 'failed',
        error: {
          code: 'export-incomplete',
          message: 'The encoder stopped in the middle of its work.',
          detail: 'exit code 7'
        }
      });
    },
    dying
  );
  await expectNothingAt('crashed.parquet');
});

test('an export that lacks a row is never completed', async () => {
  const source = sourceOf(2);
  const lossy: RowSource = {
    schema: () => source.schema(),
    batches: signal => source.batches(signal),
    rowsRead: () => source.rowsRead() + 1,
    release: () => source.release()
  };
  await exporting(lossy, async exports => {
    const seen = await toEnd(exports, exports.start(request('lossy.parquet')).exportId);
    expect(seen.at(-1)?.error).toMatchObject({
      code: 'export-incomplete',
      message: `${2 * BATCH_ROWS + 1} rows were read but ${2 * BATCH_ROWS} were written, so s3://${BUCKET}/lossy.parquet was not completed.`
    });
  });
  await expectNothingAt('lossy.parquet');
});

test('a missing bucket fails before the statement is sent', async () => {
  const openSource = jest.fn(() => sourceOf(1));
  await exporting(openSource, async exports => {
    const seen = await toEnd(exports, exports.start(request('a', { bucket: 'no-such-bucket' })).exportId);
    expect(seen.at(-1)).toMatchObject({ state: 'failed', error: { code: 'bucket-missing' } });
  });
  expect(openSource).not.toHaveBeenCalled();
});

test.each([
  ['csv', 'text/csv; charset=utf-8; header=present'],
  ['csv.gz', 'application/gzip'],
  ['arrow', 'application/vnd.apache.arrow.file'],
  ['parquet', 'application/vnd.apache.parquet']
] as const)('%s is a format of an export, with its media type', async (format, mediaType) => {
  const key = `format.${format}`;
  const source = new ArrowSource(new Schema([new Field('id', new Int32(), true)]), [...batches(2)]);
  await exporting(source, async exports => {
    const [last] = (await toEnd(exports, exports.start(request(key, { format })).exportId)).slice(-1);
    expect(last).toMatchObject({ state: 'done', rowsRead: 2 * BATCH_ROWS, rowsWritten: 2 * BATCH_ROWS });
  });
  const head = await s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
  expect(head.ContentType).toBe(mediaType);
  const bytes = await s3.read(key);
  if (format.startsWith('csv')) {
    const lines = (format === 'csv' ? bytes : gunzipSync(bytes)).toString().split('\r\n');
    expect([lines[0], lines.length]).toEqual(['id', 2 * BATCH_ROWS + 2]);
  } else {
    expect(bytes.subarray(0, 4).toString()).toBe(format === 'arrow' ? 'ARRO' : 'PAR1');
  }
});

test('an object stays until the export that replaces it is complete', async () => {
  const replace = (source: RowSource, overwrite: boolean) =>
    exporting(source, async exports => {
      const seen = await toEnd(exports, exports.start(request('kept.parquet', { overwrite })).exportId);
      const { buffer } = Uint8Array.from(await s3.read('kept.parquet'));
      return { last: seen.at(-1), rows: Number(parquetMetadata(buffer).num_rows) };
    });
  expect(await replace(sourceOf(1), false)).toMatchObject({ last: { state: 'done' }, rows: BATCH_ROWS });
  expect(await replace(sourceOf(2), false)).toMatchObject({
    last: { state: 'failed', error: { code: 'object-exists' } },
    rows: BATCH_ROWS
  });
  const failing = sourceOf(2, batch => {
    if (batch === 1) {
      throw new GatewayError('connection-lost', 'The connection broke.');
    }
  });
  expect(await replace(failing, true)).toMatchObject({ last: { state: 'failed' }, rows: BATCH_ROWS });
  expect(await replace(sourceOf(2), true)).toMatchObject({ last: { state: 'done' }, rows: 2 * BATCH_ROWS });
});

test('a result without rows is exported with its schema', async () => {
  await exporting(sourceOf(0), async exports => {
    const seen = await toEnd(exports, exports.start(request('none.parquet')).exportId);
    expect(seen.at(-1)).toMatchObject({ state: 'done', rowsWritten: 0 });
    expect((await judge(await s3.read('none.parquet'))).pyarrow).toMatchObject({
      rows: 0,
      types: { id: 'int32' }
    });
  });
});

test('exports are listed newest first, and unknown ones are not found', async () => {
  await exporting(
    () => sourceOf(0),
    async exports => {
      const ids = ['a', 'b'].map(key => exports.start(request(`list/${key}`)).exportId);
      expect(exports.list().map(({ exportId }) => exportId)).toEqual(ids.reverse());
      expect(() => exports.get('unknown')).toThrow('This export is not known.');
      expect(() => exports.start(request('/a'))).toThrow('slash');
    }
  );
});
