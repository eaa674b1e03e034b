import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from './certificates';
import { EMBEDDED, findPostgres, type PostgresBinaries, type PostgresPackage } from './postgres-binaries';
import { passwordsIn, type Passwords } from './passwords';
import { serverAccount, type ServerAccount } from './server-account';
import { SetupError } from './setup-error';

/** Where the parts of one set-up lie. */
export interface PostgresSetup {
  readonly stateDir: string;
  /** Owned by the servers' account: both data directories and the server certificate. */
  readonly serverDir: string;
  readonly account: ServerAccount;
  readonly binaries: PostgresBinaries;
  readonly passwords: Passwords;
}

export function openSetup(
  stateDir: string,
  log: (line: string) => void,
  source: PostgresPackage | PostgresBinaries = EMBEDDED
): PostgresSetup {
  mkdirSync(stateDir, { recursive: true });
  const account = serverAccount();
  const serverDir = serverDirectory(stateDir, account, log);
  return {
    stateDir,
    serverDir,
    account,
    binaries: 'postgres' in source ? source : findPostgres(account, serverDir, log, source),
    passwords: passwordsIn(path.join(stateDir, 'passwords.json'))
  };
}

/** True when a set-up with this fingerprint was finished here. */
export function isComplete(setup: PostgresSetup, fingerprint: string): boolean {
  const mark = completeMark(setup);
  return existsSync(mark) && readFileSync(mark, 'utf8') === fingerprint;
}

export function markComplete(setup: PostgresSetup, fingerprint: string): void {
  writeFileSync(completeMark(setup), fingerprint);
}

const BUILTIN_LOCALES_SINCE = 17;

/** Removes what an earlier set-up left and makes certificates and an empty primary. */
export async function createPrimary(setup: PostgresSetup): Promise<void> {
  for (const name of ['primary', 'standby', 'complete']) {
    rmSync(path.join(setup.serverDir, name), { recursive: true, force: true });
  }
  const server = await makeCertificates(setup.stateDir);
  give(setup, 'server.crt', server.certificate);
  give(setup, 'server.key', server.key);
  const passwordFile = give(setup, 'initdb.password', setup.passwords.admin);
  const primary = path.join(setup.serverDir, 'primary');
  try {
    run(setup, 'initdb', setup.binaries.initdb, [
      `--pgdata=${primary}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      ...(setup.binaries.majorVersion >= BUILTIN_LOCALES_SINCE
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
        : []),
      '--no-sync'
    ]);
  } finally {
    rmSync(passwordFile);
  }
  appendFileSync(path.join(primary, 'postgresql.conf'), "include_if_exists = 'stack.conf'\n");
}

/** Copies the stopped primary and makes the copy a standby. */
export function createStandby(setup: PostgresSetup): void {
  const standby = path.join(setup.serverDir, 'standby');
  // cp as the servers' account, because the copies must belong to it.
  run(setup, 'cp', '/bin/cp', ['-Rp', path.join(setup.serverDir, 'primary'), standby]);
  give(setup, 'standby/standby.signal', '');
}

/** Removes data that had to be kept outside the state folder, if there is any; a later start makes it anew. */
export function removeOutsideData(stateDir: string): void {
  const pointer = path.join(stateDir, POINTER);
  const directory = existsSync(pointer) ? readFileSync(pointer, 'utf8') : '';
  if (path.basename(directory).startsWith(OUTSIDE_PREFIX)) {
    rmSync(directory, { recursive: true, force: true });
    rmSync(pointer);
  }
}

/** Names the directory that is used instead of `postgres` in the state folder. */
const POINTER = 'server-directory';
const OUTSIDE_PREFIX = 'jupyterlab-replica-data-';

/** Writes a file that only the servers' account can read and returns its path. */
export function give(setup: PostgresSetup, name: string, content: string): string {
  const file = path.join(setup.serverDir, name);
  writeFileSync(file, content, { mode: 0o600 });
  setup.account.adopt(file);
  return file;
}

function completeMark(setup: PostgresSetup): string {
  return path.join(setup.serverDir, 'complete');
}

/** `postgres` in the state folder, or a temporary folder where the servers' account cannot enter that. */
function serverDirectory(stateDir: string, account: ServerAccount, log: (line: string) => void): string {
  const elsewhere = path.join(stateDir, POINTER);
  if (existsSync(elsewhere) && existsSync(readFileSync(elsewhere, 'utf8'))) {
    return readFileSync(elsewhere, 'utf8');
  }
  const inside = path.join(stateDir, 'postgres');
  if (account.canEnter(stateDir)) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    account.adopt(inside);
    return inside;
  }
  const directory = mkdtempSync(path.join(tmpdir(), OUTSIDE_PREFIX));
  chmodSync(directory, 0o700);
  account.adopt(directory);
  writeFileSync(elsewhere, directory);
  log(`PostgreSQL's data is in ${directory}, because its account cannot enter ${stateDir}.`);
  return directory;
}

function run(setup: PostgresSetup, name: string, command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    encoding: 'utf8',
    ...setup.account.spawnAs
  });
  if (result.status !== 0) {
    const reason = result.error?.message ?? result.stderr.trim().split('\n').slice(-2).join(' | ');
    throw new SetupError(`PostgreSQL could not be set up, ${name} failed: ${reason}`);
  }
}
