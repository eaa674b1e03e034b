/**
 * Packs `dist/jupyterlab_replica-VERSION-py3-none-any.whl` and looks into it: a wheel without the
 * labextension or the gateway is an error, for hatchling packs what it finds.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError, run } from './build-step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const NEEDED = [
  'db_connection/py.typed',
  'replica_spark/main.py',
  'jupyterlab_replica/gateway_bundle/main.js',
  'jupyterlab_replica/gateway_bundle/row-group-worker.js',
  'jupyterlab_replica/gateway_bundle/parquet_codec.wasm',
  'share/jupyter/labextensions/jupyterlab-replica/package.json',
  'share/jupyter/labextensions/jupyterlab-replica/install.json',
  'share/jupyter/labextensions/jupyterlab-replica/static/style.js',
  'share/jupyter/labextensions/jupyterlab-replica/static/remoteEntry.',
  'etc/jupyter/jupyter_server_config.d/jupyterlab_replica.json'
];

/** Where the wheel of this version is. */
export function wheelPath() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return path.join(root, 'dist', `jupyterlab_replica-${version}-py3-none-any.whl`);
}

export async function buildWheel() {
  const python = path.join(root, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    throw new BuildError(
      'The virtual environment .venv is missing. Run `npm run demo` once, or `python3 -m venv .venv`' +
        ' and `.venv/bin/pip install -r requirements.txt`.'
    );
  }
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await run(python, ['-m', 'build', '--wheel', '--no-isolation', '--outdir', 'dist', '.']);
  const names = (await run(python, ['-m', 'zipfile', '--list', wheelPath()])).split('\n');
  const missing = NEEDED.filter(needed => !names.some(name => name.includes(needed)));
  if (missing.length > 0) {
    rmSync(wheelPath());
    throw new BuildError(`The wheel lacks ${missing.join(', ')}. Run \`npm run build -- --force\`.`);
  }
}
