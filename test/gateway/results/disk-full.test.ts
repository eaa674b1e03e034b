import { execFileSync } from 'node:child_process';
import { parseHealth } from '../../../src/contract/connection';
import { parseQueryStatus } from '../../../src/contract/query';
import { ROUTES } from '../../../src/contract/routes';
import { GatewayProcess } from '../../support/gateway-process';

jest.setTimeout(60_000);

it.each([
  ['while rows are stored', "SELECT g, repeat('x', 100) FROM generate_series(1, 200000) g", 2_000_000],
  ['at the end of the rows', "SELECT repeat('x', 5000) FROM generate_series(1, 9)", 20_000],
  ['before the first row', 'SELECT 1', 1]
])('a disk that takes no more %s is told as that, and the gateway goes on', async (_, sql, fileBytes) => {
  const gateway = await GatewayProcess.start();
  const { pid } = parseHealth((await gateway.send('GET', ROUTES.health)).json());
  // A file of this process may not grow beyond this, as if the disk were full there.
  execFileSync('/usr/bin/prlimit', [`--pid=${pid}`, `--fsize=${fileBytes}:`]);
  const ended = async (sql: string) => {
    const origin = { kind: 'script', label: 'full' };
    const started = await gateway.send('POST', ROUTES.queries, { sql, origin });
    const route = `${ROUTES.queries}/${parseQueryStatus(started.json()).queryId}`;
    for (;;) {
      const status = parseQueryStatus((await gateway.send('GET', route)).json());
      if (status.error || status.state === 'done') {
        return status;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const full = await ended(sql);
  expect(full).toMatchObject({ state: 'failed', error: { code: 'disk-full' } });
  expect(full.error?.action).toContain('JUPYTERLAB_REPLICA_SPOOL_DIR');
  execFileSync('/usr/bin/prlimit', [`--pid=${pid}`, '--fsize=unlimited:']);
  expect(await ended('SELECT 1')).toMatchObject({ state: 'done', rows: 1 });
  await gateway.stop();
});
