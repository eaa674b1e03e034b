import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Field, Int32, RecordBatch, Schema, makeData } from 'apache-arrow';
import { EMULATOR_KEYS, REGION } from '../../../demo/aws-emulator';
import { removeDebt } from '../../../src/gateway/dataset/remove';
import { GatewayError } from '../../../src/gateway/gateway-error';
import { STARTED_OVER } from '../../../src/gateway/results/row-stream';
import { Journal } from '../../../src/gateway/s3/journal';
import { type Fate, FaultyProxy, type Seen } from '../../support/faulty-proxy';
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
let identities = 0;

beforeAll(async () => {
  world = await DatasetWorld.open();
  proxy = await FaultyProxy.open(world.s3.endpoint);
  client = new S3Client({
    endpoint: proxy.endpoint,
    region: REGION,
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: () => {
      identities++;
      return Promise.resolve(KEYS);
    }
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

/** Fates for the requests that `matches`, one each, in turn. */
function fates(matches: (seen: Seen) => boolean, ...list: Fate[]): (seen: Seen) => Fate | null {
  return seen => (matches(seen) ? (list.shift() ?? null) : null);
}

const isPart = ({ method, url }: Seen) => method === 'PUT' && url.includes('partNumber=');
const isCompletion = ({ method, url }: Seen) => method === 'POST' && /[?&]uploadId=/.test(url);
const isManifest = ({ method, url }: Seen) => method === 'PUT' && url.includes('_manifests/');

async function exported(prefix: string, source = numbers()) {
  const exports = await world.exports(source, { s3: client });
  return world.export(exports, prefix);
}

async function expectNothingAt(prefix: string): Promise<void> {
  expect(await world.keysBelow(prefix)).toEqual([]);
  const { Uploads } = await world.s3.client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix })
  );
  expect(Uploads ?? []).toEqual([]);
}

describe('an export goes on', () => {
  const answer = (status: number, code: string): Fate => ({ kind: 'answer', status, code });
  test.each<[string, (seen: Seen) => boolean, Fate[]]>([
    ['S3 asks for less', isPart, Array.from({ length: 3 }, () => answer(503, 'SlowDown'))],
    ['S3 fails', isPart, Array.from({ length: 3 }, () => answer(500, 'InternalError'))],
    ['a connection drops in the middle of a part', isPart, [{ kind: 'drop' }, { kind: 'drop' }]],
    ['the answer to a part is lost', isPart, [{ kind: 'lose' }]],
    ['the answer to a completion is lost', isCompletion, [{ kind: 'lose' }]],
    ['the answer to the commit is lost', isManifest, [{ kind: 'lose' }]]
  ])('when %s', async (name, matches, list) => {
    proxy.fate = fates(matches, ...list);
    const prefix = `on/${name.replaceAll(' ', '-')}`;
    expect(await exported(prefix)).toMatchObject({
      state: 'done',
      error: null,
      rowsWritten: BATCHES * BATCH_ROWS
    });
    expect((await world.manifest(prefix, 1)).rows).toBe(BATCHES * BATCH_ROWS);
    expect((await world.keysBelow(prefix)).filter(key => key.includes('_manifests'))).toHaveLength(1);
    expect(await world.s3.unfinishedUploads()).toBe(0);
  });

  test('with the identity that there is when the old one has expired', async () => {
    proxy.fate = fates(isPart, answer(400, 'ExpiredToken'));
    const before = identities;
    expect(await exported('on/renewed')).toMatchObject({ state: 'done', error: null });
    expect(identities).toBeGreaterThan(before);
  });
});

describe('nothing is visible and no upload is left', () => {
  test.each([
    ['the bucket is denied', 403, 'AccessDenied', 'not authorized to perform: s3:PutObject', 'bucket-denied'],
    [
      'the key is denied',
      403,
      'AccessDenied',
      'not authorized to perform: kms:GenerateDataKey',
      'bucket-denied'
    ],
    ['the region is another', 301, 'PermanentRedirect', 'must be addressed using the endpoint', 's3-failed']
  ])('when %s', async (name, status, code, message, expected) => {
    const prefix = `off/${code}-${name.length}`;
    proxy.fate = fates(
      isPart,
      ...Array.from({ length: 20 }, () => ({ kind: 'answer', status, code, message }) as const)
    );
    expect(await exported(prefix)).toMatchObject({ state: 'failed', error: { code: expected } });
    await expectNothingAt(prefix);
  });

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
    const { exportId } = exports.start(world.request('off/cancelled'));
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
    expect(await exported('off/conflict', source)).toMatchObject({
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
    const exports = await world.exports(counted, { s3: client });
    expect(await world.export(exports, 'again')).toMatchObject({ state: 'done' });
    expect(await world.keysBelow('again')).toHaveLength(2);
  });

  test('when a file is not what was written', async () => {
    const exports = await world.exports(numbers(), { s3: client });
    // S3 confirms the upload, and then has something else.
    proxy.fate = fates(seen => seen.method === 'HEAD', { kind: 'answer', status: 404, code: 'NotFound' });
    expect(await world.export(exports, 'off/other')).toMatchObject({
      state: 'failed',
      error: { code: 'export-incomplete' }
    });
    await expectNothingAt('off/other');
  });
});

function bound(source: ArrowSource) {
  return {
    schema: () => source.schema(),
    batches: (signal: AbortSignal) => source.batches(signal),
    release: () => source.release()
  };
}

test('what a killed gateway has left is removed by the next one, and nothing of others', async () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'journal-'));
  const killed = await Journal.open(parent);
  const living = await Journal.open(parent);
  let reached = () => {};
  const arrived = new Promise<void>(resolve => (reached = resolve));
  const held = numbers(async (number, signal) => {
    if (number === BATCHES - 1) {
      reached();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
  });
  const exports = await world.exports(held, { s3: client }, { journal: killed });
  const { exportId } = exports.start(world.request('orphaned'));
  await arrived;
  await living.owe({ kind: 'version', bucket: BUCKET, key: 'on/renewed', id: 'of-somebody-who-lives' });
  while ((await world.s3.unfinishedUploads()) === 0) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  // From here on the killed gateway reaches nothing; its directory is given free as its end would.
  proxy.fate = () => ({ kind: 'drop' });
  Reflect.get(killed, 'own').leave();
  const next = await Journal.open(parent);
  expect(await next.settleOrphans(debt => removeDebt(world.s3.client, debt))).toBe(2);
  await expectNothingAt('orphaned');
  expect(readdirSync(parent)).toHaveLength(2);
  expect((await world.manifest('on/renewed', 1)).sequence).toBe(1);
  proxy.fate = () => null;
  await exports.cancel(exportId);
  await Promise.all([next.close(), living.close()]);
});
