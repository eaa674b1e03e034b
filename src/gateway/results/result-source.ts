import { GatewayError } from '../gateway-error';
import type { Result } from './result';
import type { RowSource } from './row-source';
import type { RowStream } from './row-stream';

/**
 * A query's rows for an export, which may begin again: `schema`, and then `batches`, are those of the present run of the
 * statement. `release` gives the stored rows up.
 */
export function resultSource(result: Result, release: () => Promise<void>): RowSource {
  let rows: RowStream | null = null;
  let released: Promise<void> | null = null;
  result.readers++;
  const opened = async (): Promise<RowStream> => {
    await result.until(() => result.rows !== null);
    const { error } = result.status();
    if (error) {
      throw new GatewayError(error.code, error.message, error);
    }
    if (!result.rows) {
      throw new GatewayError('result-expired', 'The rows to export were given up.', {
        action: 'Export again.'
      });
    }
    rows = result.rows;
    return rows;
  };
  return {
    schema: async () => (await opened()).schemaMessage,
    async *batches(signal) {
      yield* (rows ?? (await opened())).stream(signal, 'lent');
    },
    rowsRead: () => result.status().rows,
    seen: () => result.seen,
    release: () => {
      // Whoever comes second waits for the statement's end in the server, too.
      if (!released) {
        result.readers--;
        released = release();
      }
      return released;
    }
  };
}
