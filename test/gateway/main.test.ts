import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { tableFromIPC } from 'apache-arrow';
import { parseActivity } from '../../src/contract/activity';
import { parseCatalog, parseColumns } from '../../src/contract/catalog';
import { parseConnection, parseHealth } from '../../src/contract/connection';
import { parseErrorReply } from '../../src/contract/errors';
import { type ExportStatus, parseExportStatus } from '../../src/contract/export';
import { isFinal, parseQueryStatus, type QueryStatus } from '../../src/contract/query';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';

const origin = { kind: 'script', label: 'test' };
let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await GatewayProcess.start();
});
afterAll(() => gateway.stop());

async function start(sql: string, more: object = {}): Promise<QueryStatus> {
  return parseQueryStatus((await gateway.send('POST', 'v1/queries', { sql, origin, ...more })).json());
}

/** All statuses that the event stream tells. */
async function events<T>(route: string, parse: (value: unknown) => T): Promise<readonly T[]> {
  const { body } = await gateway.send('GET', `${route}/events`);
  return body
    .toString()
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => parse(JSON.parse(line.slice(6))));
}

async function finished(queryId: string): Promise<QueryStatus> {
  return (await events(`v1/queries/${queryId}`, parseQueryStatus)).at(-1)!;
}

describe('the socket', () => {
  it('can be opened by its owner alone', () => {
    expect(statSync(gateway.socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(gateway.socketPath)).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(path.dirname(gateway.socketPath), 'spool')).mode & 0o777).toBe(0o700);
  });
});

describe('where queries go', () => {
  it('is told without a secret', async () => {
    expect(parseHealth((await gateway.send('GET', 'v1/health')).json()).pid).toBeGreaterThan(0);
    const reply = await gateway.send('GET', 'v1/connection');
    expect(parseConnection(reply.json())).toMatchObject({
      port: testStack().standby.port,
      user: 'sagemaker_readonly',
      inRecovery: true,
      tls: 'verify-full',
      credentials: 'secrets-manager'
    });
    expect(reply.body.toString()).not.toContain(testStack().reader.password);
  });

  it('has a catalog with kinds, estimates, comments and partitions', async () => {
    const { schemas } = parseCatalog((await gateway.send('GET', 'v1/catalog')).json());
    expect(schemas[0]?.name).toBe('public');
    expect(schemas.map(({ name }) => name)).toContain('analytics');
    const relations = schemas.flatMap(schema => schema.relations);
    expect(relations.find(({ name }) => name === 'orders')).toMatchObject({ kind: 'table', readable: true });
    expect(relations.find(({ name }) => name === 'orders')?.rowEstimate).toBeGreaterThan(0);
    expect(relations.find(({ name }) => name === 'orders')?.sizeBytes).toBeGreaterThan(0);
    expect(new Set(relations.map(({ kind }) => kind))).toEqual(
      new Set(['table', 'partitioned-table', 'view', 'materialized-view'])
    );
    expect(relations.some(({ partitionOf }) => partitionOf !== null)).toBe(true);
    expect(relations.some(({ comment }) => comment !== null)).toBe(true);
  });

  it('has columns with types, keys and comments', async () => {
    const reply = await gateway.send('GET', 'v1/catalog/columns?schema=public&relation=orders');
    const { columns } = parseColumns(reply.json());
    const column = (name: string) => columns.find(candidate => candidate.name === name);
    expect(column('id')).toMatchObject({ primaryKey: true, nullable: false });
    expect(column('user_id')).toMatchObject({
      references: { schema: 'public', relation: 'users', column: 'id' }
    });
    expect(column('total')).toMatchObject({ type: 'numeric(12,2)' });
  });

  it('is told while every connection for statements is busy', async () => {
    const busy = await Promise.all(Array.from({ length: 4 }, () => start('SELECT pg_sleep(60)')));
    expect((await gateway.send('GET', 'v1/catalog')).status).toBe(200);
    expect((await gateway.send('GET', 'v1/connection')).status).toBe(200);
    await Promise.all(busy.map(({ queryId }) => gateway.send('DELETE', `v1/queries/${queryId}`)));
  });

  it('names a relation that is not there', async () => {
    const reply = await gateway.send('GET', 'v1/catalog/columns?schema=public&relation=nothing');
    expect(parseErrorReply(reply.json()).error).toMatchObject({
      code: 'not-found',
      subject: 'public.nothing'
    });
  });
});

describe('a query over HTTP', () => {
  it('tells its progress and gives pages and the whole', async () => {
    const { queryId } = await start("SELECT g AS n, 'row ' || g AS t FROM generate_series(1, 150000) g");
    expect(await finished(queryId)).toMatchObject({ state: 'done', rows: 150_000, command: 'SELECT 150000' });
    const page = tableFromIPC(
      (await gateway.send('GET', `v1/queries/${queryId}/rows?offset=66530&limit=20`)).body
    );
    expect(page.numRows).toBe(20);
    expect(page.getChild('n')!.toJSON()).toEqual(Array.from({ length: 20 }, (_, row) => 66_531 + row));
    expect(page.getChild('t')!.get(19)).toBe('row 66550');
    const all = tableFromIPC((await gateway.send('GET', `v1/queries/${queryId}/arrow`)).body);
    expect(all.numRows).toBe(150_000);
    expect((await gateway.send('DELETE', `v1/queries/${queryId}`)).status).toBe(204);
    const gone = await gateway.send('GET', `v1/queries/${queryId}`);
    expect(gone.status).toBe(410);
    expect(parseErrorReply(gone.json()).error.code).toBe('result-expired');
  });

  it('gives pages of lists, NULLs and booleans from the middle of a batch', async () => {
    const { queryId } = await start(
      'SELECT CASE WHEN g % 3 = 0 THEN NULL ELSE ARRAY[g, NULL, g + 1] END AS a, g % 2 = 0 AS b, CASE WHEN g % 5 > 0 THEN g::text END AS t FROM generate_series(0, 999) g'
    );
    await finished(queryId);
    const page = tableFromIPC(
      (await gateway.send('GET', `v1/queries/${queryId}/rows?offset=501&limit=5`)).body
    );
    const cells = page.toArray().map(row => JSON.parse(JSON.stringify(row)) as unknown);
    expect(cells).toEqual([
      { a: null, b: false, t: '501' },
      { a: [502, null, 503], b: true, t: '502' },
      { a: [503, null, 504], b: false, t: '503' },
      { a: null, b: true, t: '504' },
      { a: [505, null, 506], b: false, t: null }
    ]);
  });

  it('gives the rows so far while the statement still runs, and Stop ends it', async () => {
    const { queryId } = await start(
      "SELECT g, repeat('x', 2000), pg_sleep(CASE WHEN g > 100 THEN 30 ELSE 0 END) FROM generate_series(1, 200) g"
    );
    const page = async () =>
      tableFromIPC((await gateway.send('GET', `v1/queries/${queryId}/rows?limit=10`)).body);
    for (let tries = 0; tries < 50 && (await page()).numRows < 10; tries++) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect((await page()).numRows).toBe(10);
    const stopped = parseQueryStatus((await gateway.send('POST', `v1/queries/${queryId}/cancel`)).json());
    expect(stopped).toMatchObject({ state: 'cancelled' });
  });

  it('ends with its reader when it is asked to', async () => {
    const { queryId } = await start('SELECT pg_sleep(60)', { cancelOnDisconnect: true });
    const request = gateway.request('GET', `v1/queries/${queryId}/events`);
    await once(request, 'response');
    request.destroy();
    expect(await finishedWithin(queryId, 4_000)).toMatchObject({ state: 'cancelled' });
  });

  it('goes on without a reader otherwise', async () => {
    const { queryId } = await start('SELECT pg_sleep(2.5)');
    const request = gateway.request('GET', `v1/queries/${queryId}/events`);
    await once(request, 'response');
    request.destroy();
    expect(await finishedWithin(queryId, 6_000)).toMatchObject({ state: 'done' });
  });
});

async function finishedWithin(queryId: string, ms: number): Promise<QueryStatus> {
  for (const until = Date.now() + ms; ; await new Promise(resolve => setTimeout(resolve, 100))) {
    const status = parseQueryStatus((await gateway.send('GET', `v1/queries/${queryId}`)).json());
    if (isFinal(status) || Date.now() > until) {
      return status;
    }
  }
}

describe('a bad request', () => {
  it.each([
    ['no JSON', 'POST', 'v1/queries', 'text', 'bad-request'],
    ['a missing field', 'POST', 'v1/queries', { origin }, 'bad-request'],
    ['a wrong offset', 'GET', 'v1/queries/0-0/rows?offset=-1', undefined, 'bad-request'],
    ['an unknown route', 'GET', 'v1/secrets', undefined, 'not-found'],
    ['an address that is none', 'GET', '/', undefined, 'not-found'],
    ['an unknown query', 'GET', 'v1/queries/0-0', undefined, 'result-expired'],
    ['an unknown export', 'GET', 'v1/exports/0-0', undefined, 'not-found'],
    [
      'an impossible bucket',
      'POST',
      'v1/exports',
      { sql: 'SELECT 1', bucket: 'A_B', key: 'k', origin },
      'bad-request'
    ]
  ])('%s is told so', async (_, method, route, body, code) => {
    const reply = await gateway.send(method, route, body);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(parseErrorReply(reply.json()).error.code).toBe(code);
  });
});

describe('an export over HTTP', () => {
  const post = async (route: string, body?: object): Promise<ExportStatus> => {
    const { exportId } = parseExportStatus((await gateway.send('POST', route, body)).json());
    return (await events(`v1/exports/${exportId}`, parseExportStatus)).at(-1)!;
  };
  const run = (more: object): Promise<ExportStatus> =>
    post('v1/exports', {
      sql: 'SELECT * FROM orders',
      bucket: testStack().aws.bucket,
      key: 'test/orders.parquet',
      origin,
      ...more
    });

  it('ends with all rows on S3', async () => {
    const status = await run({ overwrite: true });
    expect(status).toMatchObject({
      state: 'done',
      error: null,
      uri: `s3://${testStack().aws.bucket}/test/orders.parquet`
    });
    expect(status.rowsWritten).toBeGreaterThan(0);
    expect(status.rowsWritten).toBe(status.rowsRead);
    expect(status.bytes).toBeGreaterThan(0);
  });

  it('started again replaces what is there only when told to', async () => {
    const key = 'test/again.parquet';
    await run({ key, overwrite: true });
    const refused = await run({ key });
    expect(refused.error).toMatchObject({ code: 'object-exists' });
    const retry = `v1/exports/${refused.exportId}/retry`;
    expect((await post(retry)).error).toMatchObject({ code: 'object-exists' });
    expect(await post(`${retry}?overwrite=true`)).toMatchObject({ state: 'done', error: null });
  });

  it('names a bucket that is not there, and a statement that fails', async () => {
    expect((await run({ bucket: 'no-such-bucket-here' })).error).toMatchObject({ code: 'bucket-missing' });
    expect((await run({ sql: 'SELECT * FROM nowhere', overwrite: true })).error).toMatchObject({
      sqlstate: '42P01'
    });
  });
});

describe('activity', () => {
  it('counts running queries and a person’s input', async () => {
    const { queryId } = await start('SELECT pg_sleep(60)', { origin: { kind: 'panel', label: 'slow one' } });
    const read = async () => parseActivity((await gateway.send('GET', 'v1/activity')).json());
    expect((await read()).queries).toMatchObject([{ id: queryId, label: 'slow one' }]);
    await gateway.send('DELETE', `v1/queries/${queryId}`);
    expect(await read()).toMatchObject({
      queries: [],
      exports: [],
      stopper: 'none',
      idleTimeoutMinutes: 120
    });
    expect((await read()).lastInputAt).toBeNull();
    await gateway.send('POST', 'v1/activity/input');
    expect(Date.parse((await read()).lastInputAt!)).toBeGreaterThan(Date.now() - 5_000);
  });
});

describe('the end', () => {
  it('comes when the parent process goes, and nothing is left', async () => {
    const child = await GatewayProcess.start();
    await child.send('POST', 'v1/queries', { sql: 'SELECT pg_sleep(60)', origin });
    const { exited } = child;
    // Nobody reads what the gateway says any more, as when the parent was killed.
    child.orphan();
    await exited;
    expect(existsSync(path.dirname(child.socketPath))).toBe(false);
    expect(child.log).not.toContain(testStack().reader.password);
    await child.stop();
  });
});

describe('a directory for results that holds other things', () => {
  it('keeps them, and loses only what a killed gateway left', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'results-'));
    writeFileSync(path.join(directory, 'thesis.ipynb'), 'mine');
    mkdirSync(path.join(directory, 'results-999999999-abcdef'));
    mkdirSync(path.join(directory, `results-${process.pid}-abcdef`));
    const child = await GatewayProcess.start({ JUPYTERLAB_REPLICA_SPOOL_DIR: directory });
    const names = readdirSync(directory);
    expect(names).toEqual(expect.arrayContaining(['thesis.ipynb', `results-${process.pid}-abcdef`]));
    expect(names).not.toContain('results-999999999-abcdef');
    await child.stop();
    expect(readdirSync(directory).sort()).toEqual([`results-${process.pid}-abcdef`, 'thesis.ipynb']);
    rmSync(directory, { recursive: true });
  });
});
