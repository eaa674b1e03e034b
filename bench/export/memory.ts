import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { count, list, number, record, type Parsed } from '../../src/contract/parse';
import { buildGateway } from '../../scripts/build-gateway.mjs';
import { MALLOC_VARIABLES, NODE_FLAGS } from '../cases';

const parseRun = record({
  rowsRead: count,
  rowsWritten: count,
  fileMb: number,
  seconds: number,
  cpuSeconds: number,
  peakRssMb: number,
  /** The largest resident set while each quarter of the rows was read. */
  quarterRssMb: list(number),
  /** Of the delays of the event loop, which is what pages of the panel would wait. */
  loopP99Ms: number
});
export type MemoryRun = Parsed<typeof parseRun>;

/** Exports `bytes` of generated Arrow to nowhere with one encoder thread, in a process of its own. */
export async function exportInProcess(
  format: 'parquet' | 'csv' | 'csv.gz' | 'arrow',
  bytes: number,
  signal?: AbortSignal
): Promise<MemoryRun> {
  const directory = mkdtempSync(path.join(tmpdir(), 'export-memory-'));
  try {
    await buildGateway(directory);
    const program = path.join(directory, 'memory-main.js');
    await build({
      entryPoints: [path.join(__dirname, 'memory-main.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'warning'
    });
    const args = [...NODE_FLAGS, program, path.join(directory, 'row-group-worker.js'), format, String(bytes)];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      signal,
      env: { ...process.env, ...MALLOC_VARIABLES }
    });
    return parseRun(JSON.parse(stdout));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
