import { loadavg } from 'node:os';
import { DATA_BUCKET, EMULATOR_KEYS, fillAwsEmulator, startAwsEmulator } from '../demo/aws-emulator';
import type { PairDescription } from '../demo/pair-servers';
import { startReplicaPair } from '../demo/postgres';
import type { CaseProcess, Peaks, Run } from './case-process';
import {
  bundleCases,
  type Case,
  type CaseSurroundings,
  CASES,
  LIMIT,
  ONE_CONNECTION,
  openCases,
  OUR_FILE,
  PYARROW_FILE,
  RIVALS,
  TWO_CONNECTIONS
} from './cases';
import { median, type Measurement } from './measurement';
import { benchSample, FRAME_TABLES, targets, type Target } from './sample';

export interface EngineOptions extends CaseSurroundings {
  /** Rows of the sample: 1 is 600,000, 400,000 and 1,000,000 of the first three tables. */
  readonly scale: number;
  readonly rounds: number;
  /** Connections with TLS, without, or both; without it, the tables' names end in ` plain`. */
  readonly tls: 'on' | 'off' | 'both';
  /** The tables to read, by name. */
  readonly tables: readonly string[];
  /** Those to run beside the limit; null for all that the benchmark has. */
  readonly cases: ReadonlySet<string> | null;
  /** Ends the servers and the cases. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** The tables of a benchmark that does not read all of them. */
const TABLES: Partial<Record<keyof typeof CASES, ReadonlySet<string>>> = {
  export: new Set(['lineitem', 'events']),
  dataframe: FRAME_TABLES
};

/**
 * How fast a replica's rows become Arrow, beside the fastest way of getting any bytes of them out of the server. Each case
 * has a process of its own; the rounds go A B C A B C, so that load which changes hits all alike, and a ratio compares
 * a case with the limit of the same round. A first round warms up and is not counted.
 */
export async function* engine(
  bench: keyof typeof CASES,
  options: EngineOptions
): AsyncGenerator<Measurement> {
  const pair = await startReplicaPair({ ...options, sample: benchSample(options.scale), plainToo: true });
  const s3 = await s3For(bench, options, pair);
  try {
    const program = await bundleCases(options.stateDir);
    const wanted = options.tables.filter(table => TABLES[bench]?.has(table) ?? true);
    for (const target of targets(options.scale).filter(({ table }) => wanted.includes(table))) {
      for (const tls of transports(options.tls, bench)) {
        options.log(`${target.table}, ${target.rows} rows${tls ? '' : ', without TLS'}`);
        const names = CASES[bench].filter(name => name === LIMIT || (options.cases?.has(name) ?? true));
        const cases = openCases(names, target.table, options, pair, program, tls, s3?.environment);
        for await (const figure of readTable(target, options, cases)) {
          yield { bench, table: tls ? target.table : `${target.table} plain`, ...figure };
        }
      }
    }
    yield { bench, case: 'machine', table: '', metric: 'load', value: round(loadavg()[0]!, 2), unit: '' };
  } finally {
    await s3?.stop();
    await pair.stop();
  }
}

/** An emulated S3 for the cases that write to one. */
async function s3For(
  bench: keyof typeof CASES,
  options: EngineOptions,
  pair: PairDescription
): Promise<{ readonly environment: NodeJS.ProcessEnv; stop(): Promise<void> } | null> {
  if (!CASES[bench].some(name => name.endsWith('-s3') && (options.cases?.has(name) ?? true))) {
    return null;
  }
  const { endpoint, stop } = await startAwsEmulator(options);
  await fillAwsEmulator(endpoint, pair);
  const environment = { ...EMULATOR_KEYS, AWS_ENDPOINT_URL: endpoint, BENCH_BUCKET: DATA_BUCKET };
  return { environment, stop };
}

/** The benchmarks that are read without TLS too; the others always use it. */
const PLAIN_TOO: ReadonlySet<keyof typeof CASES> = new Set(['engine', 'peers']);

/** Whether with TLS, in the order of reading. */
function transports(tls: EngineOptions['tls'], bench: keyof typeof CASES): readonly boolean[] {
  const all = PLAIN_TOO.has(bench) ? [true, false] : [true];
  return all.length === 1 || tls === 'both' ? all : [tls === 'on'];
}

type Figure = Omit<Measurement, 'bench' | 'table'>;

async function* readTable(
  target: Target,
  { rounds, log, signal }: EngineOptions,
  all: readonly Case[]
): AsyncGenerator<Figure> {
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
    const runsOf = (wanted: string) => runs[all.findIndex(({ name }) => name === wanted)] ?? [];
    const limits = runsOf(LIMIT);
    for (const [index, process] of running.entries()) {
      const { name } = all[index]!;
      const peaks = await process.finish();
      const figures =
        name === 'first-rows'
          ? latency(runs[index]!)
          : [
              ...(name === 'slow-reader' ? [] : speed(runs[index]!, limits)),
              ...(name === TWO_CONNECTIONS ? gain(runs[index]!, runsOf(ONE_CONNECTION)) : []),
              ...beside(name, runs[index]!, runsOf),
              ...fileSize(runs[index]!),
              ...(name === OUR_FILE ? fileShare(runs[index]!, runsOf(PYARROW_FILE)) : []),
              ...pages(runs[index]!),
              ...memory(peaks)
            ];
      yield* figures.map(figure => ({ case: name, ...figure }));
    }
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function speed(runs: readonly Run[], limits: readonly Run[]) {
  const seconds = runs.map(run => run.seconds);
  return [
    { metric: 'ratio', value: ratio(runs, limits), unit: 'of limit' },
    { metric: 'median', value: round(median(seconds), 3), unit: 's' },
    { metric: 'minimum', value: round(Math.min(...seconds), 3), unit: 's' },
    { metric: 'cpu', value: round(median(runs.map(run => run.cpuSeconds)), 2), unit: 's' }
  ];
}

/** What a second connection saves. */
function gain(runs: readonly Run[], single: readonly Run[]) {
  return [{ metric: 'ratio-to-single', value: ratio(runs, single), unit: 'of one connection' }];
}

/** Beside the fastest of other packages, where they ran. */
function beside(name: string, runs: readonly Run[], runsOf: (name: string) => readonly Run[]) {
  const others = (RIVALS[name] ?? []).map(runsOf).filter(({ length }) => length > 0);
  return others.length === 0
    ? []
    : [
        {
          metric: 'ratio-to-fastest',
          value: Math.max(...others.map(other => ratio(runs, other))),
          unit: 'of the fastest peer'
        }
      ];
}

/** The median over rounds of a case's time to another's in the same round. */
function ratio(runs: readonly Run[], others: readonly Run[]): number {
  return round(median(runs.map((run, index) => run.seconds / others[index]!.seconds)), 2);
}

/** The case gives the age of the first row, by the server's clock, when its reader has it. */
function latency(runs: readonly Run[]) {
  return [{ metric: 'latency', value: round(1000 * median(runs.map(run => run.seconds)), 0), unit: 'ms' }];
}

function fileSize(runs: readonly Run[]) {
  const bytes = runs.at(-1)?.fileBytes ?? null;
  return bytes === null ? [] : [{ metric: 'file', value: round(bytes / 1e6, 1), unit: 'MB' }];
}

/** Of the size of pyarrow's file with the same types. */
function fileShare(runs: readonly Run[], others: readonly Run[]) {
  const [ours, theirs] = [runs.at(-1)?.fileBytes, others.at(-1)?.fileBytes];
  return ours && theirs
    ? [{ metric: 'file-to-pyarrow', value: round(ours / theirs, 2), unit: 'of its size' }]
    : [];
}

function pages(runs: readonly Run[]) {
  const p99 = runs.at(-1)?.pageP99Ms ?? null;
  return p99 === null ? [] : [{ metric: 'page-p99', value: round(p99, 0), unit: 'ms' }];
}

function memory({ peakRssMb, gatewayPeakRssMb }: Peaks) {
  return [
    { metric: 'peak-rss', value: round(peakRssMb, 0), unit: 'MB' },
    ...(gatewayPeakRssMb === null
      ? []
      : [{ metric: 'gateway-peak-rss', value: round(gatewayPeakRssMb, 0), unit: 'MB' }])
  ];
}

function checkRows(name: string, { rows }: Run, target: Target): void {
  if (rows !== null && rows !== target.rows) {
    throw new Error(`The case ${name} read ${rows} rows of ${target.table}, which has ${target.rows}.`);
  }
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
