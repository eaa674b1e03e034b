import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import type { QueryRequest, QueryStatus } from '../../src/contract/query';
import { END_OF_STREAM } from '../../src/gateway/arrow/ipc';
import type { Credentials } from '../../src/gateway/credentials/credentials';
import type { ParallelLimits } from '../../src/gateway/parallel/wish';
import { Pool } from '../../src/gateway/postgres/pool';
import { tlsOptions } from '../../src/gateway/postgres/tls';
import { SourceColumns } from '../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../src/gateway/postgres/type-names';
import { Queries } from '../../src/gateway/query';
import type { Result } from '../../src/gateway/results/result';
import { ResultStore } from '../../src/gateway/results/store';
import { queryRequest } from './requests';
import { type SnapshotLimits, snapshotLimits, Snapshots } from '../../src/gateway/snapshots';
import { testStack } from './stack';

export interface EngineOptions {
  readonly credentials?: Partial<Credentials>;
  /** Instead of fixed credentials, for a secret that changes. */
  readonly read?: () => Promise<Credentials>;
  readonly caFile?: string;
  /** For a scripted server that speaks no TLS. */
  readonly withoutTls?: boolean;
  readonly connectTimeoutMs?: number;
  /** The clock of the pool. */
  readonly now?: () => number;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  readonly searchPath?: readonly string[];
  /** Instead of a temporary one that goes with the engine. */
  readonly spoolDirectory?: string;
  readonly spoolBudgetBytes?: number;
  readonly parallel?: ParallelLimits;
  readonly readerPauseMs?: number;
  readonly snapshots?: Partial<SnapshotLimits>;
}

/** The query engine on the standby of the test stack, as the reader role. */
export class Engine {
  private constructor(
    readonly queries: Queries,
    readonly store: ResultStore,
    readonly pool: Pool,
    readonly snapshots: Snapshots,
    private readonly temporary: string | null
  ) {}

  static async open(options: EngineOptions = {}): Promise<Engine> {
    const pool = new Pool(
      {
        kind: 'environment',
        read: options.read ?? (() => Promise.resolve({ ...standbyCredentials(), ...options.credentials }))
      },
      () => ({
        tls: () =>
          tlsOptions({
            mode: options.withoutTls ? 'disable' : 'verify-full',
            caFile: options.caFile ?? testStack().caFile
          }),
        connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
        statementTimeoutMs: options.statementTimeoutMs ?? 60_000,
        searchPath: options.searchPath ?? null
      }),
      options.poolSize ?? 2,
      options.now
    );
    const limits = { ...snapshotLimits(options.poolSize ?? 2, 60_000), ...options.snapshots };
    const snapshots = new Snapshots(() => pool, limits);
    const directory = options.spoolDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'spool-')));
    const store = await ResultStore.open(directory, options.spoolBudgetBytes ?? 2 ** 30, Date.now);
    return new Engine(
      new Queries(
        pool,
        { types: new TypeNames(), sources: new SourceColumns(Date.now) },
        store,
        options.parallel ?? { connections: 2, thresholdBytes: 2 ** 30 },
        snapshots,
        options.readerPauseMs
      ),
      store,
      pool,
      snapshots,
      options.spoolDirectory ? null : directory
    );
  }

  start(sql: string, request: Partial<QueryRequest> = {}): Result {
    return this.queries.start(queryRequest({ sql, origin: { kind: 'script', label: 'test' }, ...request }));
  }

  /** Runs to the end and gives the final state. */
  async run(sql: string, request: Partial<QueryRequest> = {}): Promise<QueryStatus> {
    const result = this.start(sql, request);
    await result.until();
    return result.status();
  }

  /** Runs to the end and gives all rows as apache-arrow reads them. */
  async table(sql: string, request: Partial<QueryRequest> = {}): Promise<Table> {
    const result = this.start(sql, request);
    await result.until();
    const { error } = result.status();
    if (error || !result.spool) {
      throw new Error(`The query failed: ${JSON.stringify(error)}`);
    }
    return readAll(result);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.snapshots.dispose();
    this.pool.close();
    if (this.temporary) {
      await rm(this.temporary, { recursive: true, force: true });
    }
  }
}

export async function readAll({ spool }: Result): Promise<Table> {
  if (!spool) {
    throw new Error('The result has no rows.');
  }
  const messages = await Promise.all(spool.batches.map(batch => spool.read(batch)));
  return tableFromIPC([spool.schemaMessage, ...messages, END_OF_STREAM]);
}

export function standbyCredentials(): Credentials {
  const { standby, database, reader } = testStack();
  return { ...standby, database, ...reader };
}

export function primaryCredentials(): Credentials {
  const { primary, database, owner } = testStack();
  return { ...primary, database, ...owner };
}
