import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { alone } from '../../src/auto-stop/lock';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  file = path.join(directory, 'auto-stop', 'lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

const heldBy = (content: string) => {
  mkdirSync(path.dirname(file));
  writeFileSync(file, content);
};

it('lets one check at a time work', async () => {
  heldBy(String(process.ppid));
  expect(await alone(file, async () => 'worked')).toBeNull();
  expect(existsSync(file)).toBe(true);
});

it('is not held by a check that was killed', async () => {
  const { pid } = spawnSync('true');
  heldBy(String(pid));
  expect(await alone(file, async () => 'worked')).toBe('worked');
});

it.each(['', 'garbage', '-1'])('is not held by a file that names nobody: %j', async content => {
  heldBy(content);
  expect(await alone(file, async () => 'worked')).toBe('worked');
});

it('is let go after the work, and after work that failed', async () => {
  expect(await alone(file, async () => existsSync(file))).toBe(true);
  expect(existsSync(file)).toBe(false);
  await expect(alone(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});
