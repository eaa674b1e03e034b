import { build } from 'esbuild';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Bundles the row group worker with its WebAssembly into a new directory; `file` is the worker. */
export async function bundleWorker(): Promise<{ file: string; remove(): void }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'row-group-worker-'));
  const file = path.join(directory, 'row-group-worker.js');
  await build({
    entryPoints: [path.resolve('src/gateway/parquet/row-group-worker.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs'
  });
  copyFileSync(path.resolve('parquet-codec/parquet_codec.wasm'), path.join(directory, 'parquet_codec.wasm'));
  return { file, remove: () => rmSync(directory, { recursive: true }) };
}
