import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import type { PairDescription } from '../demo/pair-servers';
import { buildGateway } from '../scripts/build-gateway.mjs';
import { CaseProcess } from './case-process';

/** The case that all others are compared with. */
export const LIMIT = 'limit';

/** The product's path over one connection, and the same over two. */
export const ONE_CONNECTION = 'gateway-spool';
export const TWO_CONNECTIONS = 'parallel-2';

/** The same rows and types in a file of pyarrow's defaults with zstd, and who is compared with it. */
export const PYARROW_FILE = 'pyarrow-parquet';
export const OUR_FILE = 'export-zstd';

const NODE_CASES: readonly string[] = [
  LIMIT,
  'drain',
  'gateway-arrow',
  ONE_CONNECTION,
  TWO_CONNECTIONS,
  OUR_FILE,
  'export-snappy',
  'export-parallel-2',
  'export-pages',
  'export-s3'
];
const PSQL = 'limit-psql';
/** As python/jupyterlab_replica/gateway.py starts the gateway. */
export const NODE_FLAGS = ['--max-semi-space-size=1'];
export const MALLOC_VARIABLES = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: String(2 ** 20) };

/** What each benchmark runs, in the order of a round. */
export const CASES = {
  engine: [
    LIMIT,
    PSQL,
    'drain',
    'gateway-arrow',
    ONE_CONNECTION,
    TWO_CONNECTIONS,
    'python-arrow',
    'python-pandas-arrow',
    'python-pandas',
    'first-rows',
    'slow-reader'
  ],
  peers: [
    LIMIT,
    'python-arrow',
    'adbc-arrow',
    'connectorx-arrow',
    'copy-csv-arrow',
    'python-pandas',
    'adbc-pandas',
    'connectorx-pandas',
    'read-sql'
  ],
  export: [
    LIMIT,
    OUR_FILE,
    'export-snappy',
    'export-parallel-2',
    'export-pages',
    PYARROW_FILE,
    'adbc-parquet',
    'duckdb-parquet',
    'copy-csv-parquet',
    'read-sql-parquet',
    'awswrangler-parquet',
    'export-s3',
    'adbc-s3',
    'awswrangler-s3'
  ],
  dataframe: [
    LIMIT,
    'frame-default',
    'frame-pyarrow',
    'frame-decimal',
    'adbc-pandas',
    'connectorx-pandas',
    'polars',
    'read-sql',
    'read-sql-psycopg2',
    'jupysql'
  ]
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The other packages that make the same thing, whether or not they keep the types. */
export const RIVALS: Readonly<Record<string, readonly string[]>> = {
  'python-arrow': ['adbc-arrow', 'connectorx-arrow', 'copy-csv-arrow'],
  'python-pandas': ['adbc-pandas', 'connectorx-pandas', 'read-sql']
};

export interface Case {
  readonly name: string;
  start(): Promise<CaseProcess>;
}

export interface CaseSurroundings {
  readonly stateDir: string;
  readonly pythonEnvironment: string;
  /** Where the Python packages and the gateway's bundle are. */
  readonly pythonSources: string;
  /** Where the packages of peers-requirements.txt are. */
  readonly peerPackages: string;
}

/** The cases `names` on one table of the pair; psql is left out where it is not installed. */
export function openCases(
  names: readonly string[],
  table: string,
  surroundings: CaseSurroundings,
  pair: PairDescription,
  program: string,
  tls: boolean,
  more: NodeJS.ProcessEnv = {}
): readonly Case[] {
  const env = { ...environment(surroundings, pair), ...more, ...(tls ? {} : { PGSSLMODE: 'disable' }) };
  const python = path.join(surroundings.pythonEnvironment, 'bin', 'python');
  const pythonProgram = path.join(__dirname, 'engine', 'python_case.py');
  return names
    .filter(name => name !== PSQL || spawnSync('psql', ['--version']).status === 0)
    .map(name => ({
      name,
      start: () =>
        NODE_CASES.includes(name)
          ? CaseProcess.start(name, process.execPath, [...NODE_FLAGS, program, name, table], {
              ...env,
              ...MALLOC_VARIABLES
            })
          : CaseProcess.start(name, python, [pythonProgram, name, table], env)
    }));
}

function environment(surroundings: CaseSurroundings, pair: PairDescription): NodeJS.ProcessEnv {
  return {
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
    PYTHONPATH: [surroundings.pythonSources, surroundings.peerPackages].join(path.delimiter),
    JUPYTERLAB_REPLICA_NODE: process.execPath,
    JUPYTERLAB_REPLICA_AUDIT_FILE: path.join(surroundings.stateDir, 'user', 'audit.jsonl')
  };
}

/** The program that runs a case. */
export async function bundleCases(stateDir: string): Promise<string> {
  // The export's encoder thread runs from beside it.
  await buildGateway(stateDir);
  return bundled(path.join(__dirname, 'engine', 'case-main.ts'), stateDir, 'engine-cases.js');
}

/** Bundled, because a loader that compiles while it loads would weigh on memory and time. */
export async function bundled(
  source: string,
  stateDir: string,
  name = path.basename(source).replace(/\.ts$/, '.js')
): Promise<string> {
  const outfile = path.join(stateDir, name);
  await build({
    entryPoints: [source],
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
