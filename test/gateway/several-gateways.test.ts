import { readdirSync } from 'node:fs';
import { parseActivity } from '../../src/contract/activity';
import { parseDatasetVersions } from '../../src/contract/dataset';
import { type ExportStatus, parseExportList, parseExportStatus } from '../../src/contract/export';
import { GatewayProcess } from '../support/gateway-process';
import type { Fate } from '../support/faulty-proxy';
import { temporaryDirectory } from '../support/temporary-directory';
import { FaultWorld, isPart, of } from './fault-world';
import { BUCKET } from './s3/emulated-s3';

jest.setTimeout(120_000);
/** More than a row group of text that does not compress to less than two parts of 8 MiB. */
const SQL = 'SELECT md5(g::text) || md5((-g)::text) AS digest FROM generate_series(1, 1100000) g';
const ROWS = 1_100_000;

let faults: FaultWorld;
let journals: string;
const gateways: GatewayProcess[] = [];

beforeAll(async () => {
  faults = await FaultWorld.open();
  journals = temporaryDirectory('journals');
}, 60_000);
afterAll(async () => {
  await Promise.all(gateways.map(gateway => gateway.stop()));
  await faults.close();
});

/** A gateway that notes its debts beside those of others, and reaches S3 by way of the proxy. */
async function start(environment: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start({
    JUPYTERLAB_REPLICA_JOURNAL_DIR: journals,
    AWS_ENDPOINT_URL_S3: faults.proxy.endpoint,
    ...environment
  });
  gateways.push(gateway);
  return gateway;
}

async function begin(
  gateway: GatewayProcess,
  key: string,
  kind: 'a dataset' | 'an object',
  sql = SQL
): Promise<string> {
  const origin = { kind: 'export', label: 'killed' };
  const dataset = kind === 'a dataset' ? {} : null;
  const reply = await gateway.send('POST', 'v1/exports', {
    ...{ sql, bucket: BUCKET, key, origin },
    ...of(kind),
    dataset
  });
  return parseExportStatus(reply.json()).exportId;
}

async function ended(gateway: GatewayProcess, id: string): Promise<ExportStatus> {
  for (;;) {
    const { exports } = (await gateway.send('GET', 'v1/exports')).json() as { exports: unknown[] };
    const status = exports.map(one => parseExportStatus(one)).find(({ exportId }) => exportId === id)!;
    if (['done', 'failed', 'cancelled'].includes(status.state)) {
      return status;
    }
    await sleep();
  }
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) {
    await sleep();
  }
}

const sleep = () => new Promise(resolve => setTimeout(resolve, 50));

/** The second part and those that follow wait until it is said. */
function heldAtSecondPart(place: string): () => void {
  let release = () => {};
  const fate: Fate = { kind: 'wait', until: new Promise<void>(resolve => (release = resolve)) };
  faults.rules.set(place, seen => (isPart(seen) && !seen.url.includes('partNumber=1&') ? fate : null));
  return release;
}

test('what a killed gateway has left is removed by the next one, and nothing of one that lives', async () => {
  const mine = ['killed/orders', 'killed/single.parquet'] as const;
  mine.forEach(place => heldAtSecondPart(place));
  const release = heldAtSecondPart('living/orders');
  const killed = await start();
  await begin(killed, mine[0], 'a dataset');
  await begin(killed, mine[1], 'an object');
  const living = await start();
  const other = await begin(living, 'living/orders', 'a dataset');
  for (const place of [...mine, 'living/orders']) {
    await until(async () => (await faults.uploadsAt(place)) === 1);
  }
  const { exports: running } = parseActivity((await living.send('GET', 'v1/activity')).json());
  expect(running).toEqual([expect.objectContaining({ id: other, label: `s3://${BUCKET}/living/orders` })]);
  await killed.kill();
  expect(await faults.uploadsAt('killed/')).toBe(2);
  const next = await start();
  await until(async () => (await faults.uploadsAt('killed/')) === 0);
  await faults.expectNothing('killed/');
  const { exports: list } = parseExportList((await next.send('GET', 'v1/exports')).json());
  expect(list.map(({ key, state, error }) => [key, state, error?.code])).toEqual([
    [mine[1], 'failed', 'export-incomplete'],
    [mine[0], 'failed', 'export-incomplete']
  ]);
  faults.rules.delete(mine[0]);
  const again = await next.send('POST', `v1/exports/${list[1]?.exportId}/retry`);
  const { exportId } = parseExportStatus(again.json());
  await until(() => next.log.includes('removed 3 things that an earlier gateway had left on S3'));
  expect(readdirSync(journals).filter(name => name.startsWith('exports-'))).toHaveLength(2);
  expect(await faults.uploadsAt('living/')).toBe(1);
  release();
  expect(await ended(living, other)).toMatchObject({ state: 'done', error: null, rowsWritten: ROWS });
  expect(await ended(next, exportId)).toMatchObject({ state: 'done', error: null, key: mine[0] });
});

test('two gateways that commit at the same moment both win, one after the other', async () => {
  const two = [await start(), await start()];
  const place = 'race/orders';
  for (let round = 0; round < 5; round++) {
    const sql = `SELECT g, ${round} AS round FROM generate_series(1, 100) g`;
    const ids = await Promise.all(two.map(gateway => begin(gateway, place, 'a dataset', sql)));
    const ends = await Promise.all(two.map((gateway, n) => ended(gateway, ids[n]!)));
    expect(ends).toMatchObject([{ state: 'done' }, { state: 'done' }]);
  }
  const query = `bucket=${BUCKET}&prefix=${place}`;
  const { versions } = parseDatasetVersions((await two[0]!.send('GET', `v1/s3/versions?${query}`)).json());
  expect(versions.map(({ sequence, rows }) => [sequence, rows])).toEqual(
    Array.from({ length: 10 }, (_, n) => [10 - n, 100])
  );
  expect(new Set(versions.map(({ version }) => version)).size).toBe(10);
});
