import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../demo/free-port';
import { OwnedProcess } from '../../demo/owned-process';
import { serverAccount } from '../../demo/server-account';
import { ensurePgBouncer } from '../../scripts/pgbouncer.mjs';
import type { Credentials } from '../../src/gateway/credentials/credentials';

export interface PgBouncer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A PgBouncer as it comes, but for the pool mode, in front of the server of `credentials`: at most two connections to
 * the server, without TLS on the client's side.
 */
export async function startPgBouncer(
  mode: 'session' | 'transaction',
  { host, port, database, user, password }: Credentials
): Promise<PgBouncer> {
  const account = serverAccount();
  const directory = mkdtempSync(path.join(os.tmpdir(), 'pgbouncer-'));
  account.adopt(directory);
  const give = (name: string, content: string) => {
    const file = path.join(directory, name);
    writeFileSync(file, content, { mode: 0o600 });
    account.adopt(file);
    return file;
  };
  const listenPort = await freePort();
  const users = give('users.txt', `"${user}" "${password}"\n`);
  const settings = give(
    'pgbouncer.ini',
    `[databases]
${database} = host=${host} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 2
server_tls_sslmode = require
`
  );
  const bouncer = OwnedProcess.start({
    name: 'PgBouncer',
    command: ensurePgBouncer(),
    args: [settings],
    env: { PATH: process.env['PATH'] },
    cwd: '/',
    logFile: path.join(directory, 'pgbouncer.log'),
    ...account.spawnAs
  });
  await bouncer.ready(() => accepts(listenPort), 10_000);
  return {
    port: listenPort,
    stop: async () => {
      await bouncer.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
