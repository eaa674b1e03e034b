import { once } from 'node:events';
import type http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { isFinal, parseQueryStatus, type QueryStatus } from '../../../src/contract/query';
import { ROUTES } from '../../../src/contract/routes';
import { GatewayProcess } from '../../support/gateway-process';

jest.setTimeout(60_000);

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await GatewayProcess.start({ JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB: '8' });
});
afterAll(() => gateway.stop());

const route = (id: string, rest = '') => `${ROUTES.queries}/${id}${rest}`;

async function start(sql: string, more: object = {}): Promise<string> {
  const origin = { kind: 'script', label: 'readers' };
  const reply = await gateway.send('POST', ROUTES.queries, { sql, origin, ...more });
  return parseQueryStatus(reply.json()).queryId;
}

async function opened(path: string) {
  const request = gateway.request('GET', path);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return { request, response };
}

async function ended(id: string, withinMs: number): Promise<QueryStatus> {
  for (const until = Date.now() + withinMs; ; await sleep(50)) {
    const status = parseQueryStatus((await gateway.send('GET', route(id))).json());
    if (isFinal(status) || Date.now() > until) {
      return status;
    }
  }
}

/** Streams at once and then waits, so that a reader can leave it in the middle. */
const LONG =
  "SELECT g, repeat('x', 1000), pg_sleep(CASE WHEN g > 2000 THEN 30 END) FROM generate_series(1, 3000) g";
const LATE_NAN =
  "SELECT (CASE WHEN g = 5000 THEN 'NaN' ELSE g::text END)::numeric(9,2) AS price, pg_sleep(CASE WHEN g = 4000 THEN 0.6 END) FROM generate_series(1, 5000) g";

describe('a reader that goes away', () => {
  it('in the middle of the stream ends a query that is to end with it', async () => {
    const id = await start(LONG, { cancelOnDisconnect: true });
    const { request, response } = await opened(route(id, '/arrow'));
    await once(response, 'data');
    request.destroy();
    expect(await ended(id, 4_000)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  });

  it('ends nothing as long as another one is there', async () => {
    const id = await start(LONG, { cancelOnDisconnect: true });
    const [first, second] = await Promise.all([opened(route(id, '/events')), opened(route(id, '/events'))]);
    first.request.destroy();
    expect((await ended(id, 2_500)).state).toBe('running');
    second.request.destroy();
    expect(await ended(id, 4_000)).toMatchObject({ state: 'cancelled' });
  });

  it('and comes back within a second finds its query running', async () => {
    const id = await start(LONG, { cancelOnDisconnect: true });
    (await opened(route(id, '/events'))).request.destroy();
    await sleep(300);
    const back = await opened(route(id, '/events'));
    expect((await ended(id, 2_000)).state).toBe('running');
    back.request.destroy();
    expect(await ended(id, 4_000)).toMatchObject({ state: 'cancelled' });
  });
});

describe('the Arrow stream of a result', () => {
  it('breaks off when rows have been sent that the statement would give otherwise, and the status says why', async () => {
    const id = await start(LATE_NAN);
    const { response } = await opened(route(id, '/arrow'));
    await expect(buffer(response)).rejects.toThrow('aborted');
    expect(await ended(id, 5_000)).toMatchObject({
      state: 'failed',
      error: { code: 'value-not-representable', subject: 'price' }
    });
  });

  it('that nobody holds any more does not forbid to begin again', async () => {
    const id = await start(LATE_NAN);
    const { request, response } = await opened(route(id, '/arrow'));
    await once(response, 'data');
    request.destroy();
    expect(await ended(id, 10_000)).toMatchObject({ state: 'done', generation: 2, rows: 5_000 });
    expect((await gateway.send('GET', route(id, '/rows?offset=4999'))).status).toBe(200);
  });

  it('of more than may be stored goes through when it is read once', async () => {
    const rows = 1_000_000;
    const id = await start(`SELECT g AS n, md5(g::text) AS hash FROM generate_series(1, ${rows}) g`, {
      readOnce: true
    });
    const { response } = await opened(route(id, '/arrow'));
    const table = tableFromIPC(await buffer(response));
    expect(table.numRows).toBe(rows);
    expect(table.getChild('n')!.get(rows - 1)).toBe(rows);
    expect(await ended(id, 1_000)).toMatchObject({ state: 'done', rows });
    const page = await gateway.send('GET', route(id, '/rows'));
    expect([page.status, page.body.toString()]).toEqual([400, expect.stringContaining('only once')]);
  });
});
