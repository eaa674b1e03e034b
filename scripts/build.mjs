/**
 * npm run build [-- --force]
 *
 * TypeScript → lib/ → the labextension, the gateway's bundle, and all of it as one wheel in dist/.
 * A step whose inputs did not change is skipped; --force runs them all.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BuildError, run, step } from './build-step.mjs';
import { buildWheel, wheelPath } from './build-wheel.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const labextension = 'python/jupyterlab_replica/labextension';
const gatewayBundle = 'python/jupyterlab_replica/gateway_bundle';
const shared = ['src/contract', 'src/sql', 'src/idle', 'src/cells'];
const configuration = ['package.json', 'package-lock.json', 'tsconfig.base.json'];

/** Builds what is not up to date and returns the wheel's path. */
export async function buildAll({ force = false } = {}) {
  await buildLabextension({ force });
  await buildGatewayBundle({ force });
  await step({
    name: 'wheel',
    inputs: [
      'pyproject.toml',
      'package.json',
      'python',
      'jupyter-config',
      'install.json',
      'LICENSE',
      'README.md'
    ],
    output: wheelPath(),
    make: buildWheel,
    force
  });
  return wheelPath();
}

export async function buildLabextension({ force = false } = {}) {
  await step({
    name: 'lib',
    inputs: ['src/index.ts', 'src/lab', ...shared, ...configuration, 'tsconfig.json'],
    output: 'lib/index.js',
    make: async () => {
      rmSync(path.join(root, 'lib'), { recursive: true, force: true });
      await node('typescript/bin/tsc', ['-p', 'tsconfig.json']);
    },
    force
  });
  await step({
    name: 'labextension',
    inputs: ['lib', 'style', 'schema', ...configuration],
    output: `${labextension}/package.json`,
    make: async () => {
      rmSync(path.join(root, labextension), { recursive: true, force: true });
      const core = path.join('node_modules', '@jupyterlab', 'core-meta', 'core.package.json');
      await node('@jupyter/builder/lib/build-labextension.js', ['--core-package-file', core, '.']);
    },
    force
  });
}

export async function buildGatewayBundle({ force = false } = {}) {
  await step({
    name: 'gateway',
    inputs: [
      'src/gateway',
      'src/auto-stop',
      'parquet-codec/built-from.json',
      ...shared,
      ...configuration,
      'scripts/build-gateway.mjs'
    ],
    output: `${gatewayBundle}/main.js`,
    make: async () => {
      rmSync(path.join(root, gatewayBundle), { recursive: true, force: true });
      const { buildGateway } = await import('./build-gateway.mjs');
      await buildGateway(path.join(root, gatewayBundle));
    },
    force
  });
}

function node(program, args) {
  const file = path.join(root, 'node_modules', ...program.split('/'));
  if (!existsSync(file)) {
    throw new BuildError(`node_modules/${program} is missing. Run \`npm ci\` first.`);
  }
  return run(process.execPath, [file, ...args]);
}

async function main() {
  try {
    const wheel = await buildAll({ force: process.argv.includes('--force') });
    process.stdout.write(`${path.relative(root, wheel)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof BuildError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main();
}
