import { startVersion } from '../support/server-versions';
import { soak } from '../support/soak';

it('a soak: all answers right or fairly refused, and nothing left behind', async () => {
  const server = await startVersion(18);
  const admin = await server.connect();
  const { credentials, caFile } = server;
  const report = await soak({ queries: 400, clients: 8, server: credentials, caFile, admin });
  await admin.end();
  await server.stop();
  expect(report.wrong).toEqual([]);
  expect(report.outcomes['done']).toBeGreaterThan(100);
  expect(report.outcomes['cancelled']).toBeGreaterThan(50);
  expect(report.left).toEqual({ inUse: 0, waiting: 0, backends: 0, spoolFiles: 0, timers: 0, sockets: 0 });
});
