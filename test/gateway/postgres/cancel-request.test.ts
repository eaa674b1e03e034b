import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { sendCancelRequest } from '../../../src/gateway/postgres/cancel-request';
import { Engine } from '../../support/engine';
import { behaved, message, ScriptedServer } from '../../support/scripted-server';
import { temporaryDirectory } from '../../support/temporary-directory';

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
  const ended = Buffer.concat([
    message('E', 'SERROR\0C57014\0Mcanceling statement due to user request\0\0'),
    message('Z', 'E')
  ]);
  let running: net.Socket | null = null;
  const server = await ScriptedServer.open(behaved(socket => (running = socket)));
  const directory = temporaryDirectory('pg');
  const door = net.createServer(socket => {
    const inside = net.connect(server.port, '127.0.0.1');
    socket.pipe(inside).pipe(socket);
    socket.on('close', () => server.cancels > 0 && running?.write(ended));
    socket.on('error', () => inside.destroy());
    inside.on('error', () => socket.destroy());
  });
  door.listen(path.join(directory, `.s.PGSQL.${server.port}`));
  await once(door, 'listening');
  const credentials = { host: directory, port: server.port };
  const engine = await Engine.open({ credentials, withoutTls: true, poolSize: 1 });
  const result = engine.start('SELECT n');
  while (!running) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  result.cancel();
  await result.until();
  expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  expect(server.cancels).toBe(1);
  await engine.close();
  await server.close();
  door.close();
});
