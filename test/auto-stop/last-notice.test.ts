import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { announceStop, askGateway, withdrawStop } from '../../src/auto-stop/gateway';
import { lastNotice } from '../../src/auto-stop/last-notice';
import { parseErrorReply } from '../../src/contract/errors';
import { parseExportStatus } from '../../src/contract/export';
import { parseQueryStatus } from '../../src/contract/query';
import { connectS3 } from '../gateway/s3/emulated-s3';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';

let gateway: GatewayProcess;
beforeEach(async () => {
  gateway = await GatewayProcess.start();
});
afterEach(() => gateway.stop());

const exportOf = (sql: string, key: string) =>
  gateway.send('POST', 'v1/exports', {
    sql,
    origin: { kind: 'script', label: 'test' },
    bucket: testStack().aws.bucket,
    key
  });

const stateOf = async (exportId: string) =>
  parseExportStatus((await gateway.send('GET', `v1/exports/${exportId}`)).json());

async function leftOnS3(key: string): Promise<{ objects: number; uploads: number }> {
  const { endpoint, bucket } = testStack().aws;
  const client = connectS3(endpoint);
  const [objects, uploads] = await Promise.all([
    client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key })),
    client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))
  ]);
  client.destroy();
  return {
    objects: objects.KeyCount ?? 0,
    uploads: uploads.Uploads?.filter(({ Key }) => Key === key).length ?? 0
  };
}

it('lets an export that is nearly done come to its end', async () => {
  const key = 'notice/finished.parquet';
  const { exportId } = parseExportStatus(
    (await exportOf('SELECT n, pg_sleep(2) FROM generate_series(1, 1) AS n', key)).json()
  );
  expect(await announceStop(gateway.socketPath, 30)).toMatchObject({ exportsEnded: 1, exportsCancelled: 0 });
  expect((await stateOf(exportId)).state).toBe('done');
  expect(await leftOnS3(key)).toEqual({ objects: 1, uploads: 0 });
});

it('cancels an export that is not, in the middle of its upload, and leaves nothing on S3', async () => {
  const key = 'notice/cancelled.parquet';
  // Values that cannot be compressed, so that parts of the upload are on S3 when the stop is announced.
  const endless = `SELECT md5(n::text) || md5((-n)::text) AS a FROM generate_series(1, 100000000) AS n`;
  const { exportId } = parseExportStatus((await exportOf(endless, key)).json());
  while ((await leftOnS3(key)).uploads === 0) {
    expect((await stateOf(exportId)).error).toBeNull();
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  expect(await announceStop(gateway.socketPath, 0)).toMatchObject({ exportsEnded: 0, exportsCancelled: 1 });
  expect((await stateOf(exportId)).state).toBe('cancelled');
  expect(await leftOnS3(key)).toEqual({ objects: 0, uploads: 0 });
});

it('cancels queries that do not end by themselves', async () => {
  const query = { sql: 'SELECT pg_sleep(300)', origin: { kind: 'panel', label: 'slow' }, params: [] };
  const { queryId } = parseQueryStatus((await gateway.send('POST', 'v1/queries', query)).json());
  expect(await lastNotice([gateway.socketPath], async () => undefined)).toContain(
    '1 queries were cancelled.'
  );
  expect(parseQueryStatus((await gateway.send('GET', `v1/queries/${queryId}`)).json()).state).toBe(
    'cancelled'
  );
});

it('refuses new exports until the stop is taken back', async () => {
  await announceStop(gateway.socketPath, 0);
  expect((await askGateway(gateway.socketPath)).stoppingAt).not.toBeNull();
  const refused = await exportOf('SELECT 1', 'notice/refused.parquet');
  expect(refused.status).toBe(503);
  expect(parseErrorReply(refused.json()).error).toMatchObject({
    code: 'gateway-unavailable',
    message: 'This instance is stopping, so an export does not start.',
    action: expect.stringContaining('Start it again')
  });
  expect(await leftOnS3('notice/refused.parquet')).toEqual({ objects: 0, uploads: 0 });

  await withdrawStop(gateway.socketPath);
  expect((await askGateway(gateway.socketPath)).stoppingAt).toBeNull();
  expect((await exportOf('SELECT 1', 'notice/allowed.parquet')).status).toBe(201);
});

it('says which gateway could not be told, and stops nobody else by that', async () => {
  const said = await lastNotice(['/nowhere/gateway.sock', gateway.socketPath], async () => undefined);
  expect(said).toEqual([
    expect.stringMatching(/^The gateway at \/nowhere\/gateway\.sock cannot be asked: .*ENOENT/)
  ]);
  expect((await askGateway(gateway.socketPath)).stoppingAt).not.toBeNull();
});
