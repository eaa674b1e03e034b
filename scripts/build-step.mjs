/**
 * A step of the build: runs unless its inputs are those of its last success and its output is there.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamps = path.join(root, 'build', 'stamps');

/** A failure that is told in its message alone. */
export class BuildError extends Error {}

/**
 * @param name shown, and the name of the stamp
 * @param inputs files and directories whose content decides, relative to the root
 * @param output a file that the step makes, relative to the root; or its absolute path
 * @param make does the work
 * @param force do it in any case
 */
export async function step({ name, inputs, output, make, force }) {
  const stamp = path.join(stamps, name);
  const digest = digestOf(inputs);
  const done = existsSync(path.resolve(root, output)) && existsSync(stamp);
  if (!force && done && readFileSync(stamp, 'utf8') === digest) {
    return;
  }
  rmSync(stamp, { force: true });
  process.stderr.write(`build: ${name}\n`);
  await make();
  if (!existsSync(path.resolve(root, output))) {
    throw new BuildError(`The build step "${name}" made no ${output}.`);
  }
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, digest);
}

/** Runs a program in the root and gives its output; what it printed is the error when it fails. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', chunk => stdout.push(chunk));
    child.stderr.on('data', chunk => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      const output = Buffer.concat(stdout).toString();
      const failed = `${[command, ...args].join(' ')} failed:\n${output}${Buffer.concat(stderr)}`;
      return code === 0 ? resolve(output) : reject(new BuildError(failed.trimEnd()));
    });
  });
}

function digestOf(inputs) {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(input => filesOf(path.join(root, input))).sort()) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(entry) {
  if (!existsSync(entry)) {
    return [];
  }
  if (!statSync(entry).isDirectory()) {
    return [entry];
  }
  return readdirSync(entry)
    .filter(name => name !== '__pycache__')
    .flatMap(name => filesOf(path.join(entry, name)));
}
