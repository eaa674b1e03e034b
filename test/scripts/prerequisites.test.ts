import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

let clone: string;

/** A clone in which nothing is installed yet. */
beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'replica-clone-'));
  cpSync(path.join(ROOT, 'scripts'), path.join(clone, 'scripts'), { recursive: true });
  cpSync(path.join(ROOT, 'requirements.txt'), path.join(clone, 'requirements.txt'));
  mkdirSync(path.join(clone, 'bin'));
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** Runs one of the scripts' functions with only the clone's own `bin` on the PATH. */
function call(module: string, expression: string) {
  const program = `
    import * as script from './scripts/${module}.mjs';
    import { runScript } from './scripts/setup-failure.mjs';
    await runScript(() => ${expression});`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: clone,
    env: { PATH: path.join(clone, 'bin') },
    encoding: 'utf8'
  });
  return { status, lines: stderr.trim().split('\n') };
}

function command(name: string, script: string): void {
  const file = path.join(clone, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

test('no Python is one clear line', () => {
  const { status, lines } = call('python-environment', 'script.ensurePythonEnvironment()');
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringContaining('Python 3.10 or newer, and there is no python3')]);
});

test('a Python that is too old is named with its version', () => {
  command('python3', 'echo 3 9');
  const { status, lines } = call('python-environment', 'script.ensurePythonEnvironment()');
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringContaining('Python 3.10 or newer, and python3 is 3.9')]);
});

test('a Python without venv says which package brings it', () => {
  command('python3', 'if [ "$1" = -c ]; then echo 3 12; else echo "no ensurepip"; exit 1; fi');
  const { status, lines } = call('python-environment', 'script.ensurePythonEnvironment()');
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/no ensurepip.*apt-get install python3-venv/)]);
});

test('a full disk is told before anything is installed', () => {
  const { status, lines } = call('disk-space', "script.ensureDiskSpace('.', 1e9)");
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringContaining('make room and start again')]);
});

test('a port out of range is refused by the demo in one line', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(ROOT, 'demo', 'main.ts'), '--port', '99999'],
    { cwd: ROOT, encoding: 'utf8' }
  );
  expect(status).toBe(1);
  expect(stderr.trim()).toBe('--port 99999 is not a port: give a number from 1 to 65535.');
});
