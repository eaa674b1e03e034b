/**
 * npm run bench -- NAME [OPTIONS]
 *
 * Installs what is missing, builds the gateway, and measures. NAME is `engine`: from a replica's rows to Arrow, as ratios to
 * what the server can send at all. Figures of another machine, or of another moment, compare by their ratios only.
 *
 *   --json       one JSON object a line: bench, case, table, metric, value, unit
 *   --scale S    rows of the tables (1: 600,000, 400,000 and 1,000,000)
 *   --rounds N   rounds that count (5)
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDiskSpace } from './disk-space.mjs';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { ensurePythonEnvironment } from './python-environment.mjs';
import { runScript } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function main() {
  ensureNodeVersion();
  ensureDiskSpace(root, 4);
  ensureNodeModules();
  ensurePythonEnvironment();
  const { buildGatewayBundle } = await import('./build.mjs');
  await buildGatewayBundle();
  const program = path.join('bench', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit'
  });
  // Ctrl-C reaches the child too, and it ends its servers; we wait for that.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise(resolve => child.on('close', code => resolve(code ?? 1)));
}

await runScript(main);
