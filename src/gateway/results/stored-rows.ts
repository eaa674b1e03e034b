import { GatewayError } from '../gateway-error';
import type { Result } from './result';
import type { RowStream } from './row-stream';
import type { Spool } from './spool';

/** The rows once the statement is described. */
export async function described(result: Result, gone: AbortSignal): Promise<RowStream> {
  await result.until(() => result.rows !== null, gone);
  gone.throwIfAborted();
  const { error } = result.status();
  if (!result.rows) {
    throw error
      ? new GatewayError(error.code, error.message, error)
      : new GatewayError('result-expired', 'This result is no longer kept.', {
          action: 'Run the query again.'
        });
  }
  return result.rows;
}

/**
 * The stored rows once there are some from `offset` on, which a run that takes the place of another has only later; with
 * null as they are now.
 */
export async function stored(result: Result, offset: number | null, gone: AbortSignal): Promise<Spool> {
  if (offset !== null) {
    await result.until(() => (result.rows?.rows ?? 0) > offset, gone);
  }
  await described(result, gone);
  if (!result.spool) {
    throw new GatewayError(
      'bad-request',
      'The rows of this query can be read only once and in their order.',
      {
        action: 'Run it without readOnce, or read its Arrow stream.'
      }
    );
  }
  return result.spool;
}

/** Keeps the rows of `result` for as long as `read` takes. */
export async function reading<T>(result: Result, read: () => Promise<T>): Promise<T> {
  result.readers++;
  try {
    return await read();
  } finally {
    result.readers--;
  }
}
