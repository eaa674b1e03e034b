import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { PairDescription } from '../demo/pair-servers';
import { startReplicaPair } from '../demo/postgres';
import { CaseProcess, type Peaks, type Run } from './case-process';
import { median, type Measurement } from './measurement';
import { benchSample, targets, type Target } from './sample';

export interface EngineOptions {
  /** Rows of the sample: 1 is 600,000, 400,000 and 1,000,000. */
  readonly scale: number;
  readonly rounds: number;
  readonly stateDir: string;
  readonly pythonEnvironment: string;
  /** Where the Python packages and the gateway's bundle are. */
  readonly pythonSources: string;
  /** Ends the servers and the cases. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** The case that all others are compared with. */
const LIMIT = 'limit';
const NODE_CASES = [LIMIT, 'drain', 'gateway-arrow', 'gateway-spool'];
const PYTHON_CASES = ['python-arrow', 'python-pandas'];

/**
 * How fast a replica's rows become Arrow, beside the fastest way of getting any bytes of them out of the server. Each case
 * has a process of its own; the rounds go A B C A B C, so that load which changes hits all alike, and a ratio compares
 * a case with the limit of the same round. A first round warms up and is not counted.
 */
export async function* engine(options: EngineOptions): AsyncGenerator<Measurement> {
  const pair = await startReplicaPair({ ...options, sample: benchSample(options.scale) });
  try {
    const program = await bundleCases(options.stateDir);
    for (const target of targets(options.scale)) {
      options.log(`${target.table}, ${target.rows} rows`);
      yield* readTable(target, options, cases(options, pair, program, target.table));
    }
    yield { ...FIGURE, case: 'machine', table: '', metric: 'load', value: round(loadavg()[0]!, 2), unit: '' };
  } finally {
    await pair.stop();
  }
}

const FIGURE = { bench: 'engine' } as const;

interface Case {
  readonly name: string;
  start(): Promise<CaseProcess>;
}

async function* readTable(
  target: Target,
  { rounds, log, signal }: EngineOptions,
  all: readonly Case[]
): AsyncGenerator<Measurement> {
  const running: CaseProcess[] = [];
  const kill = () => running.forEach(process => process.kill());
  signal.addEventListener('abort', kill);
  try {
    for (const { start } of all) {
      signal.throwIfAborted();
      running.push(await start());
    }
    const runs: Run[][] = all.map(() => []);
    for (let turn = 0; turn <= rounds; turn++) {
      for (const [index, process] of running.entries()) {
        const run = await process.run();
        checkRows(all[index]!.name, run, target);
        if (turn > 0) {
          runs[index]!.push(run);
        }
      }
      log(turn === 0 ? '  warm' : `  round ${turn} of ${rounds}`);
    }
    const limits = runs[all.findIndex(({ name }) => name === LIMIT)]!;
    for (const [index, process] of running.entries()) {
      const figures = figuresOf(runs[index]!, limits, await process.finish());
      yield* figures.map(figure => ({
        ...FIGURE,
        case: all[index]!.name,
        table: target.table,
        ...figure
      }));
    }
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function figuresOf(runs: readonly Run[], limits: readonly Run[], peaks: Peaks) {
  const seconds = runs.map(run => run.seconds);
  const ratios = runs.map((run, index) => run.seconds / limits[index]!.seconds);
  return [
    { metric: 'ratio', value: round(median(ratios), 2), unit: 'of limit' },
    { metric: 'median', value: round(median(seconds), 3), unit: 's' },
    { metric: 'minimum', value: round(Math.min(...seconds), 3), unit: 's' },
    { metric: 'cpu', value: round(median(runs.map(run => run.cpuSeconds)), 2), unit: 's' },
    { metric: 'peak-rss', value: round(peaks.peakRssMb, 0), unit: 'MB' },
    ...(peaks.gatewayPeakRssMb === null
      ? []
      : [{ metric: 'gateway-peak-rss', value: round(peaks.gatewayPeakRssMb, 0), unit: 'MB' }])
  ];
}

function checkRows(name: string, { rows }: Run, target: Target): void {
  if (rows !== null && rows !== target.rows) {
    throw new Error(`The case ${name} read ${rows} rows of ${target.table}, which has ${target.rows}.`);
  }
}

function cases(
  options: EngineOptions,
  pair: PairDescription,
  program: string,
  table: string
): readonly Case[] {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TMPDIR: process.env['TMPDIR'],
    PGHOST: pair.standby.host,
    PGPORT: String(pair.standby.port),
    PGDATABASE: pair.database,
    PGUSER: pair.reader.user,
    PGPASSWORD: pair.reader.password,
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: pair.caFile,
    PYTHONPATH: options.pythonSources,
    JUPYTERLAB_REPLICA_NODE: process.execPath
  };
  const python = path.join(options.pythonEnvironment, 'bin', 'python');
  const pythonProgram = path.join(__dirname, 'engine', 'python_case.py');
  const [limit, ...others] = NODE_CASES.map(name => ({
    name,
    start: () => CaseProcess.start(name, process.execPath, [program, name, table], env)
  }));
  const inPython = (name: string) => ({
    name,
    start: () => CaseProcess.start(name, python, [pythonProgram, name, table], env)
  });
  const psql = spawnSync('psql', ['--version']).status === 0 ? [inPython('limit-psql')] : [];
  return [limit!, ...psql, ...others, ...PYTHON_CASES.map(inPython)];
}

/** Bundled, because a loader that compiles while it loads would weigh on memory and time. */
async function bundleCases(stateDir: string): Promise<string> {
  const outfile = path.join(stateDir, 'engine-cases.js');
  mkdirSync(stateDir, { recursive: true });
  await build({
    entryPoints: [path.join(__dirname, 'engine', 'case-main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['pg-native'],
    logLevel: 'warning'
  });
  return outfile;
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
