import type { ParallelRefusal, QueryRequest } from '../../contract/query';
import { ctidRangeSql } from '../../sql/plain-table';

/** What the gateway allows. */
export interface ParallelLimits {
  /** Connections that read one table at most; 1 reads none in parallel. */
  readonly connections: number;
  /** Tables from this size on are read in parallel although nobody asked. */
  readonly thresholdBytes: number;
}

/** A read that several connections are to share, as far as the request alone can tell. */
export interface ParallelWish {
  /** Reads the rows from $1 on and before $2. */
  readonly rangeSql: string;
  readonly connections: number;
  readonly inOrder: boolean;
  /** The size of the table from which on it pays. */
  readonly minimumBytes: number;
}

/** A smaller table has been read before a second connection is ready. */
const WORTH_ASKING_BYTES = 8 * 2 ** 20;
/** Those who want all rows, and no particular one first. */
const WANT_ALL: ReadonlySet<string> = new Set(['kernel', 'script', 'export']);

/** What a request wants of several connections: a wish, the reason why it cannot be had, or null for nothing. */
export function parallelWish(
  request: QueryRequest,
  limits: ParallelLimits
): ParallelWish | ParallelRefusal | null {
  const { parallel, origin, rowLimit, sql } = request;
  const asked = parallel !== null;
  if (asked ? parallel.connections < 2 : limits.connections < 2 || !WANT_ALL.has(origin.kind)) {
    return null;
  }
  const rangeSql = rowLimit === null ? ctidRangeSql(sql) : null;
  if (rangeSql === null) {
    return asked ? (rowLimit === null ? 'statement' : 'row-limit') : null;
  }
  if (limits.connections < 2) {
    return 'switched-off';
  }
  return {
    rangeSql,
    connections: Math.min(parallel?.connections ?? limits.connections, limits.connections),
    inOrder: parallel?.inOrder ?? false,
    minimumBytes: asked ? Math.min(WORTH_ASKING_BYTES, limits.thresholdBytes) : limits.thresholdBytes
  };
}
