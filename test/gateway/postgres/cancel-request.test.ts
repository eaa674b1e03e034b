import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { sendCancelRequest } from '../../../src/gateway/postgres/cancel-request';
import { Engine } from '../../support/engine';
import { startVersion } from '../../support/server-versions';

it('a cancel connection that is closed without an answer fails at once', async () => {
  const server = net.createServer(socket => socket.once('data', () => socket.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const started = Date.now();
  await expect(
    sendCancelRequest({
      address: '127.0.0.1',
      host: '127.0.0.1',
      port,
      processId: 1,
      secretKey: 1,
      tls: { rejectUnauthorized: false },
      timeoutMs: 10_000
    })
  ).rejects.toThrow('closed before the cancel request was answered');
  expect(Date.now() - started).toBeLessThan(5_000);
  server.close();
});

it('a statement over a Unix socket can be stopped', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'pg-'));
  const server = await startVersion(18, { unix_socket_directories: directory });
  const credentials = { ...server.credentials, host: directory };
  const engine = await Engine.open({ credentials, withoutTls: true, poolSize: 1 });
  const result = engine.start('SELECT pg_sleep(60)');
  await result.until(() => result.status().state === 'running');
  await new Promise(resolve => setTimeout(resolve, 200));
  const session = jest.spyOn(engine.pool, 'release');
  result.cancel();
  await result.until();
  expect(result.status().state).toBe('cancelled');
  while (session.mock.calls.length === 0) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  expect(engine.pool.counts).toEqual({ idle: 1, inUse: 0, waiting: 0 });
  await engine.close();
  await server.stop();
});
