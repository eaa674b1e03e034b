/**
 * Bundles the gateway: `main.js`, the Parquet worker beside it and the WebAssembly that the worker loads, the worker that sorts results; `auto-stop.js`,
 * which stops an instance that nobody uses; and `db-user.js`, which makes the database user.
 */
import { build } from 'esbuild';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildGateway(outdir) {
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: {
      main: path.join(root, 'src/gateway/main.ts'),
      'auto-stop': path.join(root, 'src/auto-stop/main.ts'),
      'db-user': path.join(root, 'src/db-user/main.ts'),
      'row-group-worker': path.join(root, 'src/gateway/parquet/row-group-worker.ts'),
      'preview-worker': path.join(root, 'src/gateway/parquet/preview-worker.ts'),
      'view-worker': path.join(root, 'src/gateway/views/view-worker.ts')
    },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // pg only tries this native addon when it is asked to.
    external: ['pg-native'],
    logLevel: 'warning',
    legalComments: 'linked'
  });
  for (const file of ['parquet_codec.wasm', 'THIRD-PARTY-LICENSES.txt']) {
    copyFileSync(path.join(root, 'parquet-codec', file), path.join(outdir, file));
  }
}
