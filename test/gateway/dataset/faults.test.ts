import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { randomFillSync } from 'node:crypto';
import { Field, Int32, RecordBatch, Schema, makeData } from 'apache-arrow';
import { EMULATOR_KEYS, REGION } from '../../../demo/aws-emulator';
import type { RowSource } from '../../../src/gateway/results/row-source';
import { GatewayError } from '../../../src/gateway/gateway-error';
import { STARTED_OVER } from '../../../src/gateway/results/row-stream';
import { FaultyProxy, type Seen } from '../../support/faulty-proxy';
import { ArrowSource, type BeforeBatch } from '../parquet/arrow-source';
import { BUCKET } from '../s3/emulated-s3';
import { DatasetWorld } from './dataset-world';

jest.setTimeout(60_000);
/** Random, so that a file is of several parts of 8 MiB. */
const BATCH_ROWS = 2 ** 20;
const BATCHES = 6;
const KEYS = {
  accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
  secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
};

let world: DatasetWorld;
let proxy: FaultyProxy;
let client: S3Client;

beforeAll(async () => {
  world = await DatasetWorld.open();
  proxy = await FaultyProxy.open(world.s3.endpoint);
  client = new S3Client({
    endpoint: proxy.endpoint,
    region: REGION,
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: KEYS
  });
}, 60_000);
beforeEach(() => {
  proxy.fate = () => null;
  proxy.seen.length = 0;
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await world.close();
});

const [batch] = [
  new RecordBatch({ id: makeData({ type: new Int32(), data: randomFillSync(new Int32Array(BATCH_ROWS)) }) })
];

function numbers(before?: BeforeBatch): ArrowSource {
  const batches = Array.from({ length: BATCHES }, () => batch!);
  return new ArrowSource(new Schema([new Field('id', new Int32(), true)]), batches, before);
}

const isCompletion = ({ method, url }: Seen) => method === 'POST' && /[?&]uploadId=/.test(url);

type Kind = 'a dataset' | 'an object';
const KINDS: readonly Kind[] = ['a dataset', 'an object'];

async function exported(kind: Kind, prefix: string, source: RowSource = numbers()) {
  const exports = await world.exports(source, { s3: client });
  return world.export(exports, prefix, {}, of(kind));
}

/** What an export of that kind asks for besides the place. */
const of = (kind: Kind) => (kind === 'a dataset' ? {} : { dataset: null });

async function expectNothingAt(prefix: string): Promise<void> {
  expect((await world.s3.keys()).filter(key => key.startsWith(prefix))).toEqual([]);
  const { Uploads } = await world.s3.client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix })
  );
  expect(Uploads ?? []).toEqual([]);
}

describe.each(KINDS)('nothing of %s is visible and no upload is left', kind => {
  test('when it is cancelled', async () => {
    let reached = () => {};
    const arrived = new Promise<void>(resolve => (reached = resolve));
    const source = numbers(async (number, signal) => {
      if (number === BATCHES - 1) {
        reached();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
    });
    const exports = await world.exports(source, { s3: client });
    const { exportId } = exports.start(world.request('off/cancelled', {}, of(kind)));
    await arrived;
    expect(await exports.cancel(exportId)).toMatchObject({ state: 'cancelled' });
    await expectNothingAt('off/cancelled');
  });

  test('when the statement fails for good in the middle', async () => {
    const source = numbers(number => {
      if (number === BATCHES - 1) {
        throw new GatewayError('replica-conflict', 'The replica ended the statement.', { sqlstate: '40001' });
      }
    });
    expect(await exported(kind, 'off/conflict', source)).toMatchObject({
      state: 'failed',
      error: { code: 'replica-conflict', sqlstate: '40001' }
    });
    await expectNothingAt('off/conflict');
  });

  test('of the first try when the statement is run again', async () => {
    let runs = 0;
    const source = numbers(number => {
      if (number === BATCHES - 1 && ++runs === 1) {
        throw STARTED_OVER;
      }
    });
    const counted = { ...bound(source), rowsRead: () => BATCHES * BATCH_ROWS };
    const prefix = placeFor(kind, 'again');
    expect(await exported(kind, prefix, counted)).toMatchObject({ state: 'done' });
    const keys = (await world.s3.keys()).filter(key => key.startsWith(prefix));
    expect(keys).toHaveLength(kind === 'a dataset' ? 2 : 1);
    expect(await world.s3.unfinishedUploads()).toBe(0);
  });

  test('when a file is not what was written', async () => {
    // S3 confirms the upload, and then has something else.
    proxy.fate = seen =>
      seen.method === 'HEAD' && seen.url.includes('parquet') && proxy.seen.some(isCompletion)
        ? { kind: 'alter', headers: { 'content-length': '7' } }
        : null;
    expect(await exported(kind, 'off/other.parquet')).toMatchObject({
      state: 'failed',
      error: { code: 'export-incomplete' }
    });
    await expectNothingAt('off/other');
  });

  test('when a row that was read was not written', async () => {
    const source = numbers();
    const lossy = { ...bound(source), rowsRead: () => source.rowsRead() + 1 };
    const rows = BATCHES * BATCH_ROWS;
    expect(await exported(kind, 'off/lossy', lossy)).toMatchObject({
      state: 'failed',
      error: {
        code: 'export-incomplete',
        message: expect.stringMatching(`^${rows + 1} rows were read but ${rows} were written`)
      }
    });
    await expectNothingAt('off/lossy');
  });
});

const placeFor = (kind: Kind, name: string) =>
  `${kind === 'a dataset' ? 'sets' : 'objects'}/${name.replaceAll(' ', '-')}`;

function bound(source: ArrowSource) {
  return {
    schema: () => source.schema(),
    batches: (signal: AbortSignal) => source.batches(signal),
    release: () => source.release()
  };
}
