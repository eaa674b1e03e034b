/**
 * The virtual environment .venv with the exact versions of requirements.txt, and our own wheel in it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST = [3, 10];

export const pythonEnvironment = path.join(root, '.venv');
export const python = path.join(pythonEnvironment, 'bin', 'python');

export function ensurePythonEnvironment() {
  const requirements = path.join(root, 'requirements.txt');
  const wanted = digestOf(requirements);
  if (existsSync(python) && stampOf('requirements') === wanted) {
    return;
  }
  if (!existsSync(python)) {
    createEnvironment();
  }
  process.stderr.write('Installing the Python packages of requirements.txt …\n');
  pip(['install', '--requirement', requirements]);
  stamp('requirements', wanted);
}

/** Packages beside those of the environment, in a folder of their own for PYTHONPATH. */
export function ensurePythonPackages(requirements, folder) {
  const name = path.basename(folder);
  const wanted = digestOf(path.join(root, requirements));
  if (stampOf(name) !== wanted) {
    process.stderr.write(`Installing the Python packages of ${requirements} …\n`);
    pip([
      'install',
      '--no-deps',
      '--upgrade',
      '--target',
      path.join(root, folder),
      '--requirement',
      path.join(root, requirements)
    ]);
    stamp(name, wanted);
  }
}

/** Installs the wheel unless this very one is in the environment. */
export function installWheel(wheel) {
  const digest = digestOf(wheel);
  if (stampOf('wheel') !== digest) {
    pip(['install', '--no-deps', '--no-index', '--force-reinstall', wheel]);
    stamp('wheel', digest);
  }
}

function createEnvironment() {
  const base = findPython();
  // --clear mends an environment whose Python has gone.
  const made = spawnSync(base, ['-m', 'venv', '--clear', pythonEnvironment], { encoding: 'utf8' });
  if (made.status !== 0) {
    rmSync(pythonEnvironment, { recursive: true, force: true });
    const reason = `${made.stdout}${made.stderr}`.trim().split('\n')[0];
    throw new SetupFailure(
      `${base} cannot make a virtual environment: ${reason} Install its venv module (on Debian and Ubuntu: apt-get install python3-venv), or name another Python in $PYTHON.`
    );
  }
}

function findPython() {
  const candidates = [
    process.env.PYTHON,
    'python3',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10'
  ].filter(Boolean);
  const found = candidates.map(command => ({ command, version: versionOf(command) }));
  const fit = found.find(({ version }) => version && !isOlder(version, OLDEST));
  if (fit) {
    return fit.command;
  }
  const seen = found.filter(({ version }) => version);
  throw new SetupFailure(
    seen.length > 0
      ? `This needs Python ${OLDEST.join('.')} or newer, and ${seen[0].command} is ${seen[0].version.join('.')}: install a newer one, or name it in $PYTHON.`
      : `This needs Python ${OLDEST.join('.')} or newer, and there is no python3: install it, or name it in $PYTHON.`
  );
}

function versionOf(command) {
  const asked = spawnSync(command, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim().split(' ').map(Number) : undefined;
}

function isOlder([major, minor], [oldestMajor, oldestMinor]) {
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

function pip(args) {
  const { status } = spawnSync(
    python,
    ['-m', 'pip', '--disable-pip-version-check', '--quiet', '--no-input', ...args],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  );
  if (status !== 0) {
    throw new SetupFailure(`pip ${args[0]} failed: see its message above, mend it and start again.`);
  }
}

function stampFile(name) {
  return path.join(pythonEnvironment, `.${name}.sha256`);
}

function stampOf(name) {
  return existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : undefined;
}

function stamp(name, digest) {
  writeFileSync(stampFile(name), digest);
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
