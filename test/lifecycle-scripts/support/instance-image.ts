import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const OURS = path.resolve('.venv/bin/python');
const KERNEL_ENVIRONMENTS = ['python3', 'analysis'];
export const IS_ROOT = process.getuid?.() === 0;
/** Without root's rights a user namespace maps one user only: there, root and ec2-user are the same. */
export const EC2_USER = IS_ROOT ? 1000 : (process.getuid?.() ?? 0);
const REQUIREMENTS = path.resolve('requirements.txt');

/** Directory of a virtual environment in the image, the Python it is made with and what is installed into it. */
interface Environment {
  readonly directory: string;
  readonly python: string;
  readonly packages: readonly string[];
}

export interface InstanceImage {
  /** Holds `anaconda3` and `aws`. */
  readonly directory: string;
  /** Installations of Python that the environments need at the same path. */
  readonly pythonPrefixes: readonly string[];
  readonly kernelEnvironments: readonly string[];
}

/**
 * What a notebook instance's image has and a test needs: JupyterSystemEnv, two kernel environments (one as on the image,
 * with Python 3.10 where this machine has it and without pyarrow) and the AWS command line. Made once with the exact
 * versions of requirements.txt, and again when they change.
 */
export async function instanceImage(): Promise<InstanceImage> {
  const oldest = findPython310() ?? OURS;
  const environments: readonly Environment[] = [
    { directory: 'anaconda3/envs/JupyterSystemEnv', python: OURS, packages: ['jupyterlab', 'ipykernel'] },
    { directory: 'anaconda3/envs/python3', python: oldest, packages: ['ipykernel', 'pandas'] },
    { directory: 'anaconda3/envs/analysis', python: OURS, packages: ['ipykernel', 'pandas', 'pyarrow'] },
    { directory: 'aws', python: OURS, packages: ['awscli==1.46.3'] }
  ];
  const recipe = createHash('sha256')
    .update(JSON.stringify([environments, KERNEL_ENVIRONMENTS, EC2_USER]))
    .update(readFileSync(REQUIREMENTS))
    .digest('hex')
    .slice(0, 16);
  const directory = path.resolve('build/instance', `image-${recipe}`);
  if (!existsSync(directory)) {
    const unfinished = `${directory}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await Promise.all(environments.map(environment => make(environment, unfinished)));
    KERNEL_ENVIRONMENTS.forEach(name => makeKernelSpec(name, unfinished));
    execFileSync('chown', ['-R', `${EC2_USER}:${EC2_USER}`, path.join(unfinished, 'anaconda3')]);
    writeFileSync(
      path.join(unfinished, 'aws', 'aws'),
      '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/bin/python" -m awscli "$@"\n',
      {
        mode: 0o755
      }
    );
    renameSync(unfinished, directory);
  }
  return {
    directory,
    pythonPrefixes: [...new Set([OURS, oldest].map(basePrefix))],
    kernelEnvironments: KERNEL_ENVIRONMENTS
  };
}

async function make({ directory, python, packages }: Environment, image: string): Promise<void> {
  const target = path.join(image, directory);
  await promisify(execFile)(python, ['-m', 'venv', target]);
  // The AWS command line asks for versions of its own.
  const pinned = directory === 'aws' ? [] : ['--constraint', REQUIREMENTS];
  await promisify(execFile)(path.join(target, 'bin', 'python'), [
    ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
    ...pinned,
    ...packages
  ]);
}

function makeKernelSpec(name: string, image: string): void {
  const directory = path.join(image, `anaconda3/envs/JupyterSystemEnv/share/jupyter/kernels/conda_${name}`);
  const python = `/home/ec2-user/anaconda3/envs/${name}/bin/python`;
  const argv = [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  mkdirSync(directory);
  writeFileSync(
    path.join(directory, 'kernel.json'),
    JSON.stringify({ argv, display_name: name, language: 'python' })
  );
}

function findPython310(): string | undefined {
  const pyenv = path.join(homedir(), '.pyenv/versions');
  const versions = existsSync(pyenv) ? readdirSync(pyenv).filter(version => version.startsWith('3.10.')) : [];
  const candidates = ['python3.10', ...versions.map(version => path.join(pyenv, version, 'bin/python3.10'))];
  return candidates.find(candidate => spawnSync(candidate, ['-c', 'import venv']).status === 0);
}

function basePrefix(python: string): string {
  return execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' }).trim();
}
