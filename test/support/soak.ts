import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import type { Credentials } from '../../src/gateway/credentials/credentials';
import type { QueryRequest } from '../../src/contract/query';
import { Engine, readAll } from './engine';
import { Relay } from './relay';
import { type Reading, theilSenSlope } from './theil-sen';

export interface SoakOptions {
  readonly queries: number;
  readonly clients: number;
  readonly server: Credentials;
  readonly caFile: string;
  /** May end the backends of others. */
  readonly admin: Client;
  /** Resident memory in MB, read two hundred times after the warm-up; without it, whatever is resident then. */
  readonly rssMb?: () => number;
}

/** What became of the queries, and what was left behind when they had ended. */
export interface SoakReport {
  readonly outcomes: Readonly<Record<string, number>>;
  /** Answers that were not what was asked for. */
  readonly wrong: readonly string[];
  readonly left: {
    readonly inUse: number;
    readonly waiting: number;
    readonly backends: number;
    readonly spoolFiles: number;
    readonly timers: number;
    readonly sockets: number;
  };
  /** Resident memory after the warm-up: when it began, at the end, and how much it grows with a thousand queries. */
  readonly rssMb: { readonly early: number; readonly late: number; readonly growthPer1000: number };
}

/** What a client may expect when somebody ends connections and cancels statements. */
const FAIR = new Set(['cancelled', 'connection-lost', 'host-unreachable', 'query-failed', 'timeout']);
const FAULT_EVERY_MS = 400;
/** The part of the queries in which caches fill and code is compiled. */
const WARM_UP = 0.3;
const READINGS = 200;

/** Runs many statements from several clients, stops some, ends backends and cuts sockets, and checks every answer. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { rssMb = () => process.memoryUsage().rss / 2 ** 20 } = options;
  const before = handles();
  const relay = await Relay.open(options.server.port);
  const engine = await Engine.open({
    read: () => Promise.resolve({ ...options.server, port: relay.port }),
    caFile: options.caFile,
    poolSize: 4
  });
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  const memory: Reading[] = [];
  const readEvery = Math.max(1, Math.floor((options.queries * (1 - WARM_UP)) / READINGS));
  let started = 0;
  let directory = '';
  const client = async () => {
    while (started < options.queries) {
      const number = ++started;
      if (number > options.queries * WARM_UP && number % readEvery === 0) {
        memory.push([number, rssMb()]);
      }
      const { outcome, fault, spoolPath } = await one(engine, number);
      directory = spoolPath ? path.dirname(spoolPath) : directory;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (fault) {
        wrong.push(`${number}: ${fault}`);
      }
    }
  };
  const faults = setInterval(() => {
    void (Math.random() < 0.5 ? Promise.resolve(relay.cut()) : endOne(options.admin));
  }, FAULT_EVERY_MS);
  await Promise.all(Array.from({ length: options.clients }, client));
  clearInterval(faults);
  const { inUse, waiting } = await quiet(engine);
  const spoolFiles = readdirSync(directory).filter(name => name.endsWith('.arrows')).length;
  await engine.close();
  await relay.close();
  const backends = await backendsLeft(options.admin);
  const after = await settled(before);
  const left = {
    ...{ inUse, waiting, backends, spoolFiles },
    timers: Math.max(0, after.timers - before.timers),
    sockets: Math.max(0, after.sockets - before.sockets)
  };
  return { outcomes, wrong, left, rssMb: growth(memory) };
}

interface Outcome {
  readonly outcome: string;
  readonly fault: string | null;
  readonly spoolPath: string | null;
}

interface Case {
  readonly sql: string;
  readonly request?: Partial<QueryRequest>;
  readonly rows: number;
  /** The sum of the first column. */
  readonly sum: number;
  /** Stopped after a moment. */
  readonly stop?: boolean;
  /** The code that it must fail with. */
  readonly fails?: string;
}

function caseOf(number: number): Case {
  const rows = 1 + (number % 5_000);
  const series = { rows, sum: (rows * (rows + 1)) / 2 };
  switch (number % 6) {
    case 0:
      return { ...series, sql: `SELECT generate_series(1, ${rows}) AS n, repeat('x', 50)` };
    case 1:
      return { rows: 1, sum: number, sql: 'SELECT $1::int AS n', request: { params: [number] } };
    case 2:
      return { rows: 0, sum: 0, sql: `SELECT ${number} / 0`, fails: 'query-failed' };
    case 3:
      return { ...series, sql: 'SELECT generate_series(1, 100000) AS n', request: { rowLimit: rows } };
    case 4:
      return { rows: 1, sum: 1, sql: 'SELECT 1 AS n, pg_sleep(30)', stop: true };
    default:
      return { rows: 0, sum: 0, sql: 'SELECT generate_series(1, 1000000000) AS n', stop: true };
  }
}

async function one(engine: Engine, number: number): Promise<Outcome> {
  const wanted = caseOf(number);
  const result = engine.start(wanted.sql, {
    ...wanted.request,
    origin: { kind: 'script', label: `client ${number % 3}` }
  });
  if (wanted.stop) {
    setTimeout(() => result.cancel(), Math.random() * 50);
  }
  await result.until();
  const { state, error, rows, spoolPath } = result.status();
  let fault: string | null = null;
  if (state === 'done') {
    const numbers = (await readAll(result)).getChild('n')?.toArray() as Iterable<number> | undefined;
    const sum = [...(numbers ?? [])].reduce((all, value) => all + value, 0);
    fault = rows === wanted.rows && sum === wanted.sum ? null : `${rows} rows with the sum ${sum}`;
  } else if (!FAIR.has(error?.code ?? '') || (state === 'cancelled') !== Boolean(wanted.stop)) {
    fault = `${state}: ${error?.code} ${error?.message}`;
  } else if (error?.code === 'query-failed' && wanted.fails !== 'query-failed') {
    fault = error.message;
  }
  await engine.store.release(result.id);
  return { outcome: error?.code ?? state, fault, spoolPath };
}

async function endOne(admin: Client): Promise<void> {
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name LIKE 'jupyterlab-replica%' ORDER BY random() LIMIT 1`
  );
}

/** A result has ended before its connection is tidied up. */
async function quiet({ pool }: Engine): Promise<{ inUse: number; waiting: number }> {
  const deadline = Date.now() + 5_000;
  while (pool.counts.inUse > 0 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return pool.counts;
}

async function backendsLeft(admin: Client): Promise<number> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const { rows } = await admin.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'jupyterlab-replica%'"
    );
    const [{ n } = { n: 0 }] = rows;
    if (n === 0 || Date.now() > deadline) {
      return n;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** A closed connection's last words take a second, and the test runner has short timers of its own; what leaked stays. */
async function settled(before: ReturnType<typeof handles>): Promise<ReturnType<typeof handles>> {
  for (let look = 0; ; look++) {
    await new Promise(resolve => setTimeout(resolve, 600));
    const now = handles();
    if ((now.timers <= before.timers && now.sockets <= before.sockets) || look === 8) {
      return now;
    }
  }
}

function handles(): { timers: number; sockets: number } {
  const kinds = process.getActiveResourcesInfo();
  const count = (wanted: RegExp) => kinds.filter(kind => wanted.test(kind)).length;
  return { timers: count(/^Timeout$/), sockets: count(/^TCP/) };
}

function growth(memory: readonly Reading[]): SoakReport['rssMb'] {
  const [early, late] = [memory[0]![1], memory.at(-1)![1]].map(Math.round) as [number, number];
  return { early, late, growthPer1000: Number((1000 * theilSenSlope(memory)).toFixed(2)) };
}
