import {
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type ServerSideEncryptionByDefault
} from '@aws-sdk/client-s3';
import { tableFromArrays } from 'apache-arrow';
import { NO_OBJECT_SETTINGS } from '../../src/contract/object-settings';
import { parseExportPlan, type ExportPlan } from '../../src/contract/storage';
import { NO_FACTS } from '../../src/gateway/export-facts';
import { planExport } from '../../src/gateway/export-plan';
import { FaultyProxy } from '../support/faulty-proxy';
import { DatasetWorld } from './dataset/dataset-world';
import { answer } from './fault-world';
import { BUCKET, connectS3 } from './s3/emulated-s3';

jest.setTimeout(60_000);
let world: DatasetWorld;

beforeAll(async () => {
  world = await DatasetWorld.open();
}, 60_000);
afterAll(() => world.close());

type Effects = Parameters<typeof planExport>[1];

const effects = (more: Partial<Effects> = {}): Effects => ({
  s3: world.s3.client,
  facts: () => Promise.resolve({ ...NO_FACTS, rows: 10_000_000, widthBytes: 120 }),
  columns: () => Promise.resolve([]),
  objectSettings: NO_OBJECT_SETTINGS,
  ...more
});

const planned = (
  request: Parameters<typeof planExport>[0],
  more: Partial<Effects> = {}
): Promise<Omit<ExportPlan, 'spark'>> => planExport(request, effects(more));

const object = (key: string, more = {}) => world.request(key, {}, { dataset: null, ...more });

async function encryptBy(rule: ServerSideEncryptionByDefault): Promise<void> {
  await world.s3.client.send(
    new PutBucketEncryptionCommand({
      Bucket: BUCKET,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] }
    })
  );
}

test('rows, bytes, files and duration follow from what the planner expects', async () => {
  const plan = await planned(world.request('orders'));
  expect(parseExportPlan({ ...plan, spark: null })).toEqual({ ...plan, spark: null });
  // 1.2 GB of the planner's width; 0.3 of it as Parquet, in files of 256 MB, 40 MB of it a second.
  expect(plan).toMatchObject({
    rows: 10_000_000,
    bytes: 360_000_000,
    files: 2,
    durationMs: 30_000,
    notes: []
  });
  expect(await planned(object('orders.parquet'))).toMatchObject({ files: 1 });
});

test('an object and a dataset that are there already are told', async () => {
  expect(await planned(object('taken.parquet'))).toMatchObject({ objectExists: false, newest: null });
  await world.s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken.parquet', Body: 'x' }));
  expect(await planned(object('taken.parquet'))).toMatchObject({ objectExists: true, newest: null });

  expect(await planned(world.request('written'))).toMatchObject({ objectExists: false, newest: null });
  const exports = await world.exports(tableFromArrays({ id: Int32Array.of(1, 2, 3) }));
  const { version } = await world.export(exports, 'written');
  expect(await planned(world.request('written'))).toMatchObject({ newest: { version, rows: 3 } });
});

test.each<[ServerSideEncryptionByDefault, string]>([
  [{ SSEAlgorithm: 'AES256' }, 'bucket default (SSE-S3)'],
  [{ SSEAlgorithm: 'aws:kms' }, 'bucket default (SSE-KMS, the key of the account)'],
  [
    { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-central-1:111122223333:alias/lake' },
    'bucket default (SSE-KMS, key alias/lake)'
  ],
  [
    { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: 'alias/lake' },
    'bucket default (DSSE-KMS, key alias/lake)'
  ]
])('a bucket that encrypts by %j', async (rule, told) => {
  await encryptBy(rule);
  expect((await planned(object('new.parquet'))).encryption).toBe(told);
});

test('a key that is set for exports comes before what the bucket says', async () => {
  const objectSettings = { ...NO_OBJECT_SETTINGS, kmsKey: 'alias/exports' };
  const asked = { ...NO_OBJECT_SETTINGS, kmsKey: 'alias/asked' };
  expect((await planned(object('new.parquet'), { objectSettings })).encryption).toBe(
    'SSE-KMS, key alias/exports (set for exports)'
  );
  expect(
    (await planned(object('new.parquet', { objectSettings: asked }), { objectSettings })).encryption
  ).toBe('SSE-KMS, key alias/asked (set for exports)');
});

/** Plans over a proxy that decides about each request. */
async function throughProxy(
  fate: FaultyProxy['fate'],
  request: Parameters<typeof planExport>[0],
  more: Partial<Effects>
): ReturnType<typeof planned> {
  const proxy = await FaultyProxy.open(world.s3.endpoint);
  const s3 = connectS3(proxy.endpoint);
  try {
    proxy.fate = fate;
    return await planned(request, { s3, ...more });
  } finally {
    s3.destroy();
    await proxy.close();
  }
}

test('the bucket is asked as that of the owner who is expected', async () => {
  const owners: unknown[] = [];
  const noted: FaultyProxy['fate'] = ({ url, headers }) => {
    if (/[?&]encryption/.test(url)) owners.push(headers['x-amz-expected-bucket-owner']);
    return null;
  };
  const objectSettings = { ...NO_OBJECT_SETTINGS, bucketOwner: '111122223333' };
  await throughProxy(noted, object('new.parquet'), { objectSettings });
  expect(owners).toEqual(['111122223333']);
});

test('what nobody can tell is null, and a note says why', async () => {
  const unknown = () => Promise.reject(new Error('relation "orders" does not exist'));
  const denied = () => answer(403, 'AccessDenied', 'not authorized');
  const plan = await throughProxy(denied, object('orders.parquet'), { facts: unknown, columns: unknown });
  expect(plan).toMatchObject({
    ...{ rows: null, bytes: null, files: null, durationMs: null, encryption: null, newest: null },
    ...{ objectExists: false, columns: [] }
  });
  expect([...plan.notes].sort()).toEqual([
    expect.stringMatching(/^The bucket's encryption is not known: .*not authorized/),
    'The columns are not known: relation "orders" does not exist',
    'The number of rows is not known: relation "orders" does not exist',
    expect.stringMatching(/^Whether there is an object already is not known: /)
  ]);
});
