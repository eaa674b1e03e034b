/** The benchmarks themselves; `npm run bench` installs and builds, then runs this. Its options stand in scripts/bench.mjs. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { aboveAsked } from './asked';
import { builders } from './builders';
import { dataframe } from './dataframe';
import { engine, type EngineOptions } from './engine';
import { exportMemory } from './export/export-memory';
import { formatTable, type Measurement } from './measurement';
import { TABLE_NAMES } from './sample';
import { scaleOut } from './scale-out';
import { workbench } from './workbench';

const ROOT = path.join(__dirname, '..');

const BENCHES: Readonly<Record<string, (options: EngineOptions) => AsyncGenerator<Measurement>>> = {
  engine: options => engine('engine', options),
  peers: options => engine('peers', options),
  export: options => engine('export', options),
  'export-memory': exportMemory,
  dataframe,
  builders,
  'scale-out': scaleOut,
  workbench
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      scale: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      tls: { type: 'string', default: 'both' },
      tables: { type: 'string', default: '' },
      cases: { type: 'string', default: '' }
    }
  });
  const [name = ''] = positionals;
  const [scale, rounds] = [Number(values.scale), Number(values.rounds)];
  const { tls } = values;
  const bench = BENCHES[name];
  const tables = values.tables === '' ? TABLE_NAMES : values.tables.split(',');
  const unknown = tables.filter(table => !TABLE_NAMES.includes(table));
  if (
    !bench ||
    unknown.length > 0 ||
    !(scale > 0) ||
    !Number.isInteger(rounds) ||
    rounds < 1 ||
    !isTls(tls)
  ) {
    process.stderr.write(
      `Usage: npm run bench -- NAME [--json] [--strict] [--scale S] [--rounds N] [--tls on|off|both] [--tables T,…] [--cases C,…], with NAME one of ${Object.keys(BENCHES).join(', ')} and T of ${TABLE_NAMES.join(', ')}.\n`
    );
    return 2;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const seen: Measurement[] = [];
  const options = {
    scale,
    rounds,
    tls,
    tables,
    cases: values.cases === '' ? null : new Set(values.cases.split(',')),
    stateDir: path.join(ROOT, '.demo', 'bench'),
    pythonEnvironment: path.join(ROOT, '.venv'),
    pythonSources: path.join(ROOT, 'python'),
    peerPackages: path.join(ROOT, '.demo', 'bench', 'peers'),
    signal: stop.signal,
    log: (line: string) => void process.stderr.write(`${line}\n`)
  };
  try {
    for await (const measurement of bench(options)) {
      seen.push(measurement);
      if (values.json) {
        process.stdout.write(`${JSON.stringify(measurement)}\n`);
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) {
      throw error;
    }
    process.stderr.write('Stopped.\n');
    return 130;
  }
  if (!values.json) {
    process.stdout.write(formatTable(seen));
  }
  const tooMuch = aboveAsked(seen);
  tooMuch.forEach(sentence => process.stderr.write(`${sentence}\n`));
  return values.strict && tooMuch.length > 0 ? 1 : 0;
}

function isTls(value: string): value is EngineOptions['tls'] {
  return ['on', 'off', 'both'].includes(value);
}

main().then(
  code => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
);
