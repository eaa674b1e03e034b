import path from 'node:path';
import { Pool } from '../../src/gateway/postgres/pool';
import { SourceColumns } from '../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../src/gateway/postgres/type-names';
import { Queries } from '../../src/gateway/query';
import type { Result } from '../../src/gateway/results/result';
import { ResultStore } from '../../src/gateway/results/store';
import { snapshotLimits, Snapshots } from '../../src/gateway/snapshots';
import { sessionOptions, type Reader, type ReplicaAccess } from './reader';

const SPOOL_BUDGET_BYTES = 8 * 2 ** 30;

export interface Gateway {
  readonly store: ResultStore;
  /** Begins to read all rows of a table; `required` fails where several connections cannot. */
  start(
    table: string,
    required: boolean,
    how?: { readonly rowLimit?: number; readonly readOnce?: boolean }
  ): Result;
  close(): Promise<void>;
}

/** The gateway's engine over so many connections, which are open. */
export async function openGateway(access: ReplicaAccess, connections: number): Promise<Gateway> {
  const credentials = { kind: 'environment', read: async () => access.credentials } as const;
  const pool = new Pool(credentials, () => sessionOptions(access), connections);
  // Beside the bundle that this runs in; emptied when it is opened.
  const store = await ResultStore.open(path.join(__dirname, 'spool'), SPOOL_BUDGET_BYTES, Date.now);
  const queries = new Queries(
    pool,
    { types: new TypeNames(), sources: new SourceColumns(Date.now) },
    store,
    { connections, thresholdBytes: 0 },
    new Snapshots(() => pool, snapshotLimits(connections, 60_000))
  );
  const { signal } = new AbortController();
  const open = await Promise.all(Array.from({ length: connections }, () => pool.acquire(signal)));
  open.forEach(session => pool.release(session));
  return {
    store,
    start: (table, required, { rowLimit, readOnce = false } = {}) =>
      queries.start({
        sql: `SELECT * FROM ${table}`,
        params: [],
        rowLimit: rowLimit ?? null,
        origin: { kind: 'script', label: 'benchmark' },
        profile: null,
        cancelOnDisconnect: false,
        readOnce,
        readersPace: false,
        keep: false,
        written: null,
        parallel: required ? { connections, inOrder: false, required } : null,
        snapshot: null
      }),
    close: async () => {
      await store.close();
      pool.close();
    }
  };
}

/** The product's path: a query whose rows are all in its spool file at the end, read over so many connections. */
export async function openGatewaySpool(
  access: ReplicaAccess,
  table: string,
  connections: number
): Promise<Reader> {
  const gateway = await openGateway(access, connections);
  return {
    read: async () => {
      const result = gateway.start(table, true);
      await result.until();
      const { rows, error } = result.status();
      if (error) {
        throw new Error(error.message);
      }
      await gateway.store.release(result.id);
      return rows;
    },
    close: () => gateway.close()
  };
}
