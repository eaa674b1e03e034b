import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { SetupError } from './setup-error';

/** Who PostgreSQL's processes run as. PostgreSQL refuses to run as root. */
export interface ServerAccount {
  /** Options for `spawn` that make the process run as this account. */
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
  /** Gives a file or directory to the account. */
  adopt(file: string): void;
  /** True when the account can enter the directory. */
  canEnter(directory: string): boolean;
}

/** The current account, or `nobody` when that is root. */
export function serverAccount(): ServerAccount {
  if (process.getuid?.() !== 0) {
    return { spawnAs: {}, adopt: () => undefined, canEnter: () => true };
  }
  const { uid, gid } = readAccount('nobody');
  return {
    spawnAs: { uid, gid },
    adopt: file => chownSync(file, uid, gid),
    canEnter: directory =>
      spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { uid, gid, cwd: '/' }).status === 0
  };
}

function readAccount(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid) {
    throw new SetupError(
      `PostgreSQL cannot run as root and the account "${name}" does not exist: run this as an ordinary user.`
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
