import { PutObjectCommand } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { tableFromIPC } from 'apache-arrow';
import path from 'node:path';
import { Storage } from '../../../src/gateway/dataset/storage';
import { Journal } from '../../../src/gateway/s3/journal';
import { ArrowSource } from '../parquet/arrow-source';
import { BUCKET } from '../s3/emulated-s3';
import { DatasetWorld } from './dataset-world';
import { orders } from './orders';
import { temporaryDirectory } from '../../support/temporary-directory';

jest.setTimeout(60_000);
let world: DatasetWorld;
let storage: Storage;

beforeAll(async () => {
  world = await DatasetWorld.open();
  const previewWorker = path.join(world.workerDirectory, 'preview-worker.js');
  await build({
    entryPoints: [path.resolve('src/gateway/parquet/preview-worker.ts')],
    outfile: previewWorker,
    bundle: true,
    platform: 'node',
    format: 'cjs'
  });
  const journal = await Journal.open(temporaryDirectory('journal'));
  storage = new Storage({ s3: world.s3.client, journal, dataBucket: BUCKET, previewWorker });
  const [batch] = orders(50_000).batches;
  // Three row groups.
  const many = new ArrowSource(
    orders(1).schema,
    Array.from({ length: 30 }, () => batch!)
  );
  await world.export(await world.exports(many), 'team/orders');
  await world.export(await world.exports(orders(7)), 'team/orders');
  await world.export(await world.exports(orders(3)), 'other');
}, 60_000);
afterAll(() => world.close());

const address = { bucket: BUCKET, prefix: 'team/orders' };

test('buckets and folders are listed', async () => {
  expect(await storage.buckets()).toEqual({ buckets: [BUCKET], dataBucket: BUCKET, complete: true });
  expect((await storage.folder(BUCKET, '')).prefixes).toEqual(['other/', 'team/']);
  expect((await storage.folder(BUCKET, 'te')).prefixes).toEqual(['team/']);
});

test('datasets are found by their manifests, each with its newest version', async () => {
  const { datasets, complete } = await storage.datasets(BUCKET, '');
  expect(complete).toBe(true);
  expect(datasets.map(({ prefix, newest }) => [prefix, newest?.sequence, newest?.rows])).toEqual([
    ['other', 1, 3],
    ['team/orders', 2, 7]
  ]);
});

test('versions are listed, the newest first, and a manifest is found by its version', async () => {
  const { versions, unreadable } = await storage.versions(address);
  expect(unreadable).toBe(0);
  expect(versions.map(({ sequence, rows }) => [sequence, rows])).toEqual([
    [2, 7],
    [1, 1_500_000]
  ]);
  expect(await storage.manifest(address, versions[1]!.version)).toMatchObject({ sequence: 1 });
  expect(await storage.manifest(address, null)).toMatchObject({ sequence: 2 });
  await expect(storage.manifest(address, 'never')).rejects.toMatchObject({ code: 'not-found' });
});

test('a preview has the first rows and reads no more than the first row group', async () => {
  const { versions } = await storage.versions(address);
  const table = tableFromIPC(
    await storage.preview(address, versions[1]!.version, 5, new AbortController().signal)
  );
  expect(table.numRows).toBe(5);
  expect([...table.getChild('id')!]).toEqual([0, 1, 2, 3, 4]);
  expect([...table.getChild('status')!]).toEqual(['paid/open', 'a=b %', '', null, 'Zoë']);
});

test('the newest version is never deleted alone, an older one is, and a dataset goes whole', async () => {
  const [newest, oldest] = (await storage.versions(address)).versions;
  await expect(storage.delete(address, newest!.version)).rejects.toMatchObject({ code: 'bad-request' });
  const deletion = await storage.delete(address, oldest!.version);
  expect(deletion).toMatchObject({ objects: 2 });
  expect((await storage.versions(address)).versions.map(({ sequence }) => sequence)).toEqual([2]);
  // What a job on Spark has left, and two things that are none of the dataset's.
  for (const key of ['_jobs/replica-1/plan.json', 'v.txt', '_other/notes.txt']) {
    await world.s3.client.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: `team/orders/${key}`, Body: 'x' })
    );
  }
  const plan = await storage.deletion(address, null);
  expect(plan.keys.map(key => key.replace(/v=[^/]*/, 'v'))).toEqual([
    'team/orders/_manifests/0000000002.json',
    'team/orders/_jobs/replica-1/plan.json',
    'team/orders/v/part-00000.parquet'
  ]);
  expect(await storage.delete(address, null)).toEqual({ ...plan, keys: [] });
  expect(await world.keysBelow('team/orders')).toEqual(['team/orders/_other/notes.txt', 'team/orders/v.txt']);
  await expect(storage.deletion(address, null)).rejects.toMatchObject({ code: 'not-found' });
  await expect(storage.delete(address, null)).rejects.toMatchObject({ code: 'not-found' });
  expect((await world.keysBelow('other')).length).toBe(2);
});

test('a bucket that does not exist is told as such', async () => {
  await expect(storage.folder('no-such-bucket', '')).rejects.toMatchObject({ code: 'bucket-missing' });
});
