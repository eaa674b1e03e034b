import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { commandLineOf } from './command-line';
import { OwnedProcess } from './owned-process';
import type { PostgresBinaries } from './postgres-binaries';
import type { ServerAccount } from './server-account';
import { SetupError } from './setup-error';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface ServerOptions {
  /** How messages name it. */
  readonly name: string;
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount;
  readonly dataDirectory: string;
  readonly logFile: string;
  readonly port: number;
  /** Settings by name, as PostgreSQL reads them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lines of pg_hba.conf. */
  readonly access: readonly string[];
  readonly admin: Login;
  readonly caFile: string;
}

/** Starts one PostgreSQL on the loopback address with TLS and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<OwnedProcess> {
  writeConfiguration(options);
  const server = OwnedProcess.start({
    name: options.name,
    command: options.binaries.postgres,
    args: ['-D', options.dataDirectory],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    cwd: '/',
    logFile: options.logFile,
    stopSignal: 'SIGINT',
    ...options.account.spawnAs
  });
  await server.ready(() => answers(options), 60_000);
  return server;
}

/** A connection as `login`, verified against the certificate authority of the set-up. */
export async function connect(
  server: ServerAddress,
  database: string,
  login: Login,
  caFile: string
): Promise<Client> {
  const client = new Client({
    host: server.host,
    port: server.port,
    database,
    ...login,
    ssl: { ca: readFileSync(caFile, 'utf8') }
  });
  // A server that stops while we are connected reports it here too; the next query tells.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function answers(options: ServerOptions): Promise<boolean> {
  try {
    const address = { host: 'localhost', port: options.port };
    const client = await connect(address, 'postgres', options.admin, options.caFile);
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function writeConfiguration(options: ServerOptions): void {
  const settings = {
    hba_file: path.join(options.dataDirectory, 'stack_hba.conf'),
    port: String(options.port),
    ...options.settings
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`
  );
  write(options, 'stack.conf', lines.join(''));
  write(options, 'stack_hba.conf', `${options.access.join('\n')}\n`);
}

function write(options: ServerOptions, name: string, content: string): void {
  const file = path.join(options.dataDirectory, name);
  writeFileSync(file, content, { mode: 0o600 });
  options.account.adopt(file);
}

/** Ends the server that a killed run left on the directory, or removes the lock that would keep a new one out. */
export async function endLeftOver(name: string, dataDirectory: string): Promise<void> {
  const lock = path.join(dataDirectory, 'postmaster.pid');
  if (!existsSync(lock)) {
    return;
  }
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (isServerOf(pid, dataDirectory)) {
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + 15_000;
    while (isServerOf(pid, dataDirectory)) {
      if (Date.now() > deadline) {
        throw new SetupError(`The ${name} of an earlier run (process ${pid}) does not end: end it first.`);
      }
      await sleep(50);
    }
  }
  rmSync(lock, { force: true });
}

function isServerOf(pid: number, dataDirectory: string): boolean {
  return commandLineOf(pid)?.includes(dataDirectory) ?? false;
}
