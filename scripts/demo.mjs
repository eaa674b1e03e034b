/**
 * npm run demo [-- OPTIONS]
 *
 * Installs what is missing, builds, and starts PostgreSQL with a standby, S3 and Secrets Manager emulated,
 * and JupyterLab with the extension. The last line is the address to open; Ctrl-C ends everything.
 *
 *   --port N          JupyterLab's port (8888)
 *   --reset           forget the state of earlier runs
 *   --check           do the main job in a real browser, print one JSON line, and end
 *   --screenshots D   with --check: write the pictures to D
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureChromium } from './browser.mjs';
import { ensureDiskSpace } from './disk-space.mjs';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { ensurePythonEnvironment, installWheel } from './python-environment.mjs';
import { runScript } from './setup-failure.mjs';
import { ensureSpark } from './spark.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything that running the product needs, installed and built. */
export async function prepare() {
  ensureNodeVersion();
  ensureDiskSpace(root, 4);
  ensureNodeModules();
  ensurePythonEnvironment();
  const { buildAll } = await import('./build.mjs');
  installWheel(await buildAll());
}

/** Runs the demo and resolves with its exit code and, when `capture` is set, what it printed. */
export function startDemo(args, { capture = false, env = {} } = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join('demo', 'main.ts'), ...args], {
    cwd: root,
    // Node 20 serves; the SDK's advice to leave it is none that a visitor of the demo can use.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit']
  });
  // Ctrl-C reaches the child too, and it ends its parts in order; we wait for that.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const printed = [];
  child.stdout?.on('data', chunk => printed.push(chunk));
  return new Promise(resolve => {
    child.on('close', code => resolve({ code: code ?? 1, output: Buffer.concat(printed).toString() }));
  });
}

/** What the scenario of --check needs beyond the demo. */
export function checkEnvironment() {
  return { ...ensureSpark(), CHROMIUM: ensureChromium() };
}

async function main() {
  const args = process.argv.slice(2);
  await prepare();
  const env = args.includes('--check') ? checkEnvironment() : {};
  return (await startDemo(args, { env })).code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(main);
}
