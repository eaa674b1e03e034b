/**
 * npm run bench -- NAME [OPTIONS]
 *
 * Installs what is missing, builds the gateway, and measures ratios to what the server can send at all. Figures of another
 * machine, or of another moment, compare by their ratios only. NAME is one of
 *
 *   engine       from a replica's rows to Arrow and to pandas, stage by stage
 *   peers        other packages for the same work, beside ours in the same rounds
 *   export       rows to a Parquet file that goes nowhere, ours beside other packages; file sizes too
 *   export-memory  whether memory grows with an export's size: 8 GB of generated rows, no database
 *   dataframe    db.query in each flavour beside pandas.read_sql, connectorx, ADBC, polars and JupySQL
 *   builders     what each builder of a column costs by itself, cold and warm
 *   workbench    the sidebar over 30,000 tables and a grid of 5,000,000 rows in a real browser, beside other browsers of catalogs
 *   scale-out    local Spark beside the single-machine export, equal rows while the primary writes (5 million at scale 1), and skewed keys
 *
 *   --json       one JSON object a line: bench, case, table, metric, value, unit
 *   --strict     exit code 1 when a figure is above what bench/asked.ts asks
 *   --scale S    rows of the tables (1: lineitem 600,000, events 400,000, narrow 1,000,000; 5: full size), schemas of the catalog (1: 300)
 *   --rounds N   rounds that count (5)
 *   --cases C,…  these alone beside the limit, of engine, peers, export and dataframe; of export-memory the formats
 *   --tls T      on, off or both (both): connections with TLS, without, or both, of engine and peers; the others use it
 *   --tables T   only these, separated by commas: lineitem, events, narrow, wide, documents, ledger
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './browser.mjs';
import { prepare } from './demo.mjs';
import { ensureDiskSpace } from './disk-space.mjs';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { ensurePythonEnvironment, ensurePythonPackages } from './python-environment.mjs';
import { runScript } from './setup-failure.mjs';
import { ensureSpark } from './spark.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function main() {
  ensureNodeVersion();
  ensureDiskSpace(root, 4);
  ensureNodeModules();
  ensurePythonEnvironment();
  const { buildGatewayBundle } = await import('./build.mjs');
  await buildGatewayBundle();
  const env = { ...process.env };
  if (process.argv.includes('workbench')) {
    await prepare();
    env.CHROMIUM = ensureChromium();
  }
  if (['peers', 'dataframe', 'export', 'workbench'].some(name => process.argv.includes(name))) {
    ensurePythonPackages(path.join('bench', 'peers-requirements.txt'), path.join('.demo', 'bench', 'peers'));
  }
  if (process.argv.includes('scale-out')) {
    ensureSpark();
  }
  const program = path.join('bench', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: 'inherit'
  });
  // Ctrl-C reaches the child too, and it ends its servers; we wait for that.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise(resolve => child.on('close', code => resolve(code ?? 1)));
}

await runScript(main);
