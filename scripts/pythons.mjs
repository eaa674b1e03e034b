/**
 * npm run test:pythons -- [PYTEST ARGUMENTS]
 *
 * pytest with every Python from 3.10 to 3.13 that is on the PATH, or with those of $PYTHONS (paths, a colon between them),
 * each in an environment of its own with requirements.txt and our wheel. Without arguments all tests but those of the infrastructure.
 * The last line of each says what passed; exit code 1 when one failed, or no Python was found.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { wheelPath } from './build-wheel.mjs';
import { prepare } from './demo.mjs';
import { ensurePythonPackages } from './python-environment.mjs';
import { runScript, SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['python3.10', 'python3.11', 'python3.12', 'python3.13'];

async function main() {
  const asked = process.env.PYTHONS?.split(':') ?? NAMES;
  const pythons = asked.map(command => ({ command, version: versionOf(command) })).filter(one => one.version);
  if (pythons.length === 0) {
    throw new SetupFailure(`None of ${asked.join(', ')} runs. Install one, or name paths in $PYTHONS.`);
  }
  await prepare();
  ensurePythonPackages(
    path.join('test', 'python', 'jupysql-requirements.txt'),
    path.join('.demo', 'jupysql')
  );
  const outcomes = pythons.map(({ command, version }) => {
    process.stdout.write(`\n== Python ${version}\n`);
    const python = environment(command, version);
    const given = process.argv.slice(2);
    const files = given.length > 0 ? given : ['--ignore=test/python/test_infra_replay.py'];
    return { version, code: run(python, ['-m', 'pytest', '--quiet', ...files]) };
  });
  process.stdout.write('\n');
  outcomes.forEach(({ version, code }) =>
    process.stdout.write(`Python ${version}: ${code === 0 ? 'passed' : 'failed'}\n`)
  );
  return outcomes.some(({ code }) => code !== 0) ? 1 : 0;
}

function environment(command, version) {
  const folder = path.join(root, '.demo', 'pythons', version);
  const python = path.join(folder, 'bin', 'python');
  if (!existsSync(python)) {
    mkdirSync(path.dirname(folder), { recursive: true });
    mustRun(command, ['-m', 'venv', folder]);
  }
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet', '--no-input'];
  mustRun(python, [...pip, 'install', '--requirement', 'requirements.txt']);
  mustRun(python, [...pip, 'install', '--no-deps', '--no-index', '--force-reinstall', wheelPath()]);
  return python;
}

function versionOf(command) {
  const source = 'import sys; print(".".join(map(str, sys.version_info[:3])))';
  const asked = spawnSync(command, ['-c', source], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}

function mustRun(command, args) {
  if (run(command, args) !== 0) {
    throw new SetupFailure(`${command} ${args.join(' ')} failed: see its message above.`);
  }
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

await runScript(main);
