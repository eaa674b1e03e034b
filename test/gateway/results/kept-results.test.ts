import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { parseQueryStatus, type QueryStatus } from '../../../src/contract/query';
import { ROUTES } from '../../../src/contract/routes';
import { GatewayProcess } from '../../support/gateway-process';

jest.setTimeout(60_000);

let spoolDirectory: string;
beforeEach(() => {
  spoolDirectory = mkdtempSync(path.join(os.tmpdir(), 'kept-'));
});
afterEach(() => rmSync(spoolDirectory, { recursive: true, force: true }));

const gatewayOn = () => GatewayProcess.start({ JUPYTERLAB_REPLICA_SPOOL_DIR: spoolDirectory });

async function finished(gateway: GatewayProcess, sql: string, keep: boolean): Promise<QueryStatus> {
  const origin = { kind: 'script', label: 'kept' };
  const started = await gateway.send('POST', ROUTES.queries, { sql, origin, keep });
  const route = `${ROUTES.queries}/${parseQueryStatus(started.json()).queryId}`;
  for (;;) {
    const status = parseQueryStatus((await gateway.send('GET', route)).json());
    if (status.state !== 'running' && status.state !== 'queued') {
      return status;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

it('a result that is to be kept is there after a restart, others are not', async () => {
  const first = await gatewayOn();
  const sql = "SELECT g AS n, 'Zoë' AS n FROM generate_series(1, 150000) g";
  const kept = await finished(first, sql, true);
  const other = await finished(first, sql, false);
  expect([kept.state, other.state]).toEqual(['done', 'done']);
  await first.stop();
  const second = await gatewayOn();
  const route = `${ROUTES.queries}/${kept.queryId}`;
  const again = parseQueryStatus((await second.send('GET', route)).json());
  expect({ ...again, spoolPath: null }).toEqual({ ...kept, spoolPath: null });
  expect(statSync(again.spoolPath!).mode & 0o777).toBe(0o600);
  const page = tableFromIPC((await second.send('GET', `${route}/rows?offset=149990&limit=100`)).body);
  expect([0, 1].map(column => page.getChildAt(column)!.get(9) as unknown)).toEqual([150_000, 'Zoë']);
  expect((await second.send('GET', `${ROUTES.queries}/${other.queryId}`)).status).toBe(410);
  await second.send('DELETE', route);
  await second.stop();
  const third = await gatewayOn();
  expect((await third.send('GET', route)).status).toBe(410);
  await third.stop();
  expect(readdirSync(path.dirname(spoolDirectory))).not.toContain(path.basename(spoolDirectory));
});

it('a kept file that is not whole is given up', async () => {
  const first = await gatewayOn();
  const kept = await finished(first, 'SELECT generate_series(1, 1000)', true);
  await first.stop();
  truncateSync(kept.spoolPath!, statSync(kept.spoolPath!).size - 1);
  const second = await gatewayOn();
  expect((await second.send('GET', `${ROUTES.queries}/${kept.queryId}`)).status).toBe(410);
  await second.stop();
});
