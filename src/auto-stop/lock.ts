import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from './fault';

/**
 * Does `work` unless another process does so already; then null. The lock of a process that is gone holds nobody up.
 * The timer's checks hold flock(1) too; this one also covers a check that a person starts by hand.
 */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T | null> {
  await mkdir(path.dirname(file), { recursive: true });
  if (!(await take(file)) && !((await isLeftBehind(file)) && (await take(file)))) {
    return null;
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return hasCode(error, 'EPERM');
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      return false;
    }
    throw error;
  }
}

async function isLeftBehind(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (pid > 0 && pid !== process.pid && isAlive(pid)) {
    return false;
  }
  await rm(file, { force: true });
  return true;
}
