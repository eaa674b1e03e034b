/**
 * npm run check
 *
 * Everything that can be said about a change without a database or a browser: lint and import borders, formatting, types,
 * dead code, shell scripts, and the tests that need no server. Two steps run at a time; one line for each with its seconds,
 * and what a failed one printed. The last line counts them. `npm test` runs the rest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { ensurePythonEnvironment, python, pythonEnvironment } from './python-environment.mjs';
import { runScript, SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const AT_A_TIME = 2;
const LONGEST_NAME = 28;

/** Test files of test/python that start neither a server nor a gateway. */
const FAST_PYTHON_TESTS = ['contract', 'errors', 'frames', 'node', 'parameters', 'public_surface'];

/** The longest first, so that none is left to run alone at the end. */
function steps() {
  return [
    node('fast tests (Jest)', 'jest/bin/jest.js', '--silent', '--selectProjects', 'browser', 'pure'),
    node('eslint', 'eslint/bin/eslint.js', '.'),
    tsc('tsconfig.test.json'),
    tsc('tsconfig.gateway.json'),
    tsc('tsconfig.json', '--noEmit'),
    tsc('tsconfig.pure.json'),
    module('mypy', 'mypy'),
    module('fast tests (pytest)', 'pytest', '--quiet', ...FAST_PYTHON_TESTS.map(pythonTest)),
    node('prettier', 'prettier/bin/prettier.cjs', '--check', '.'),
    node('knip', 'knip/bin/knip.js', '--no-progress'),
    module('ruff check', 'ruff', 'check', '.'),
    module('ruff format', 'ruff', 'format', '--check', '.'),
    { name: 'shellcheck', command: path.join(pythonEnvironment, 'bin', 'shellcheck'), args: shellScripts() }
  ];
}

async function main() {
  ensureNodeVersion();
  ensureNodeModules();
  ensurePythonEnvironment();
  const started = performance.now();
  const queue = steps();
  const results = [];
  const work = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      results.push(await perform(step));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const failed = results.filter(isFine => !isFine).length;
  process.stdout.write(`${results.length - failed} passed, ${failed} failed in ${secondsSince(started)}\n`);
  return failed > 0 ? 1 : 0;
}

/** Runs one step, prints its line, and gives whether all was well. */
async function perform({ name, command, args }) {
  const started = performance.now();
  const { code, output } = await outputOf(command, args);
  const word = code === 0 ? 'ok    ' : 'FAILED';
  process.stdout.write(`${word}  ${name.padEnd(LONGEST_NAME)} ${secondsSince(started).padStart(6)}\n`);
  if (code !== 0) {
    process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
  }
  return code === 0;
}

function outputOf(command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    child.stdout.on('data', chunk => printed.push(chunk));
    child.stderr.on('data', chunk => printed.push(chunk));
    child.on('error', error => resolve({ code: 1, output: error.message }));
    child.on('close', code => resolve({ code, output: Buffer.concat(printed).toString() }));
  });
}

function node(name, program, ...args) {
  return { name, command: process.execPath, args: [path.join('node_modules', program), ...args] };
}

function tsc(project, ...args) {
  return node(`tsc ${project}`, 'typescript/bin/tsc', '--project', project, ...args);
}

function module(name, ...args) {
  return { name, command: python, args: ['-m', ...args] };
}

function pythonTest(name) {
  return path.join('test', 'python', `test_${name}.py`);
}

function shellScripts() {
  const listed = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.sh', '.ci/run'],
    { cwd: root, encoding: 'utf8' }
  );
  if (listed.status !== 0) {
    throw new SetupFailure('git cannot list the shell scripts: run this in a clone of the repository.');
  }
  return listed.stdout.split('\n').filter(file => file && existsSync(path.join(root, file)));
}

function secondsSince(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

await runScript(main);
