import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { tableFromIPC } from 'apache-arrow';
import { build } from 'esbuild';
import { parseErrorReply } from '../../../src/contract/errors';
import { parseDatasets, parseDeletion } from '../../../src/contract/storage';
import { Storage } from '../../../src/gateway/dataset/storage';
import { router } from '../../../src/gateway/http/router';
import { storageRoutes } from '../../../src/gateway/http/storage-handlers';
import { Journal } from '../../../src/gateway/s3/journal';
import { DatasetWorld } from '../dataset/dataset-world';
import { orders } from '../dataset/orders';
import { BUCKET } from '../s3/emulated-s3';
import { temporaryDirectory } from '../../support/temporary-directory';

jest.setTimeout(60_000);
let world: DatasetWorld;
let server: http.Server;

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
  const storage = new Storage({ s3: world.s3.client, journal, dataBucket: BUCKET, previewWorker });
  server = http.createServer(router(storageRoutes(storage), () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await world.export(await world.exports(orders(7)), 'team/orders');
  await world.export(await world.exports(orders(3)), 'team/orders');
  await world.export(await world.exports(orders(5)), 'team/single.parquet', {}, { dataset: null });
  await put('team/notes.txt', 'not of rows');
  await put('team/broken.parquet', 'this is no Parquet file, only its name says so');
}, 60_000);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});

const put = (Key: string, Body: string) =>
  world.s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

function ask(method: string, route: string, query: Record<string, string>): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  const search = new URLSearchParams({ bucket: BUCKET, ...query });
  return fetch(`http://127.0.0.1:${port}/v1/s3/${route}?${search}`, { method });
}

const refusal = async (reply: Response) => parseErrorReply(await reply.json()).error;

async function versions(): Promise<readonly string[]> {
  const { versions: all } = (await (await ask('GET', 'versions', { prefix: 'team/orders' })).json()) as {
    versions: { version: string }[];
  };
  return all.map(({ version }) => version);
}

test('files of rows beside datasets are listed with size and date, other files and files of datasets are not', async () => {
  const { datasets, objects } = parseDatasets(await (await ask('GET', 'datasets', { prefix: '' })).json());
  expect(datasets.map(({ prefix }) => prefix)).toEqual(['team/orders']);
  expect(objects.map(({ key }) => key)).toEqual(['team/broken.parquet', 'team/single.parquet']);
  expect(objects[1]!.bytes).toBeGreaterThan(100);
  expect(Date.parse(objects[1]!.modifiedAt!)).toBeGreaterThan(Date.parse('2020-01-01'));
});

test('a single Parquet object and one file of a version are previewed by their keys', async () => {
  const single = await ask('GET', 'preview', { key: 'team/single.parquet', limit: '2' });
  expect(tableFromIPC(new Uint8Array(await single.arrayBuffer())).numRows).toBe(2);
  const key = (await world.keysBelow('team/orders')).find(one => one.endsWith('.parquet'))!;
  const file = await ask('GET', 'preview', { key });
  expect([3, 7]).toContain(tableFromIPC(new Uint8Array(await file.arrayBuffer())).numRows);
});

test.each([
  ['team/gone.parquet', 404, 'not-found'],
  ['team/broken.parquet', 422, 'dataset-unreadable']
])('a preview of %s is answered with %i and says why', async (key, status, code) => {
  const reply = await ask('GET', 'preview', { key });
  expect(reply.status).toBe(status);
  expect((await refusal(reply)).code).toBe(code);
});

test('what a deletion would take is told before, and is what goes and nothing else', async () => {
  const [newest, oldest] = await versions();
  const before = await world.s3.keys();
  const of = { prefix: 'team/orders', version: oldest! };
  const plan = parseDeletion(await (await ask('GET', 'deletion', of)).json());
  expect(plan.keys).toEqual([
    'team/orders/_manifests/0000000001.json',
    `team/orders/v=${oldest}/part-00000.parquet`
  ]);
  expect(plan.bytes).toBeGreaterThan(100);
  expect(await world.s3.keys()).toEqual(before);
  const done = parseDeletion(await (await ask('DELETE', 'versions', of)).json());
  expect(done.objects).toBe(plan.objects);
  expect((await world.s3.keys()).sort()).toEqual(before.filter(key => !plan.keys.includes(key)).sort());
  expect(await versions()).toEqual([newest]);
});

test('the newest version is refused before anybody is asked to confirm', async () => {
  const [newest] = await versions();
  const reply = await ask('GET', 'deletion', { prefix: 'team/orders', version: newest! });
  expect(reply.status).toBe(400);
  expect((await refusal(reply)).message).toContain('is the newest version');
});

test('a single file is deleted by its key; files of datasets and files of no rows are refused', async () => {
  const file = (await world.keysBelow('team/orders')).find(key => key.endsWith('.parquet'))!;
  for (const key of [file, 'team/orders/_manifests/x.csv', 'team/notes.txt']) {
    const reply = await ask('DELETE', 'object', { key });
    expect([key, reply.status]).toEqual([key, 400]);
  }
  const of = { key: 'team/single.parquet' };
  const plan = parseDeletion(await (await ask('GET', 'deletion', of)).json());
  expect(plan).toMatchObject({ objects: 1, keys: ['team/single.parquet'] });
  const done = parseDeletion(await (await ask('DELETE', 'object', of)).json());
  expect(done).toEqual({ ...plan, keys: [] });
  expect(await world.s3.keys()).not.toContain('team/single.parquet');
  expect((await ask('DELETE', 'object', of)).status).toBe(404);
});
