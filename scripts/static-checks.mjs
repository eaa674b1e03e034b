/**
 * What can be said about the code without running it: lint and import borders, formatting, types, dead code, shell scripts.
 * `npm run check` and `npm test` both run these steps.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { python, pythonEnvironment } from './python-environment.mjs';
import { SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The CDK app, a project with packages of its own. */
export const infra = path.join(root, 'infra');

const AT_A_TIME = 2;
const LONGEST_NAME = 28;

/** The longest first, so that none is left to run alone at the end. */
export function staticSteps() {
  return [
    node('eslint', 'eslint/bin/eslint.js', '.'),
    tsc('tsconfig.test.json'),
    tsc('tsconfig.gateway.json'),
    tsc('tsconfig.json', '--noEmit'),
    tsc('tsconfig.pure.json'),
    tsc(path.join('infra', 'tsconfig.json')),
    module('mypy', 'mypy'),
    // pyproject.toml names the oldest Python.
    module('mypy for Python 3.13', 'mypy', '--python-version', '3.13', 'python'),
    node('prettier', 'prettier/bin/prettier.cjs', '--check', '.'),
    node('knip', 'knip/bin/knip.js', '--no-progress'),
    module('ruff check', 'ruff', 'check', '.'),
    module('ruff format', 'ruff', 'format', '--check', '.'),
    {
      name: 'parquet-codec is built',
      command: process.execPath,
      args: ['scripts/build-codec.mjs', '--check']
    },
    { name: 'shellcheck', command: path.join(pythonEnvironment, 'bin', 'shellcheck'), args: shellScripts() }
  ];
}

/** Runs steps two at a time, one line for each with its seconds, and what a failed one printed. */
export async function perform(steps) {
  const queue = [...steps];
  const totals = { passed: 0, failed: 0 };
  const work = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      totals[(await performOne(step)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return totals;
}

/** A step that runs a program of node_modules. */
export function node(name, program, ...args) {
  return { name, command: process.execPath, args: [path.join('node_modules', program), ...args] };
}

/** A step that runs a Python module. */
export function module(name, ...args) {
  return { name, command: python, args: ['-m', ...args] };
}

export function secondsSince(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

/** Prints the step's line, and gives whether all was well. */
async function performOne({ name, command, args }) {
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

function tsc(project, ...args) {
  return node(`tsc ${project}`, 'typescript/bin/tsc', '--project', project, ...args);
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
