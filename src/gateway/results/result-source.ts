import { GatewayError } from '../gateway-error';
import type { Result } from './result';
import type { RowSource } from './row-source';
import type { Spool } from './spool';

/** A query's rows for an export; `release` gives the stored rows up. */
export function resultSource(result: Result, release: () => Promise<void>): RowSource {
  let spool: Spool | null = null;
  let released = false;
  result.readers++;
  const opened = async (): Promise<Spool> => {
    await result.until(() => result.spool !== null);
    const { error } = result.status();
    if (error) {
      throw new GatewayError(error.code, error.message, error);
    }
    if (!result.spool) {
      throw new GatewayError('result-expired', 'The rows to export were given up.', {
        action: 'Export again.'
      });
    }
    // From here on the schema is fixed.
    result.delivered = true;
    spool = result.spool;
    return spool;
  };
  return {
    schema: async () => (await opened()).schemaMessage,
    async *batches(signal) {
      const source = spool ?? (await opened());
      for await (const batch of source.follow(signal)) {
        yield { message: await source.read(batch), rows: batch.rows };
      }
    },
    rowsRead: () => result.status().rows,
    release: async () => {
      if (!released) {
        released = true;
        result.readers--;
      }
      await release();
    }
  };
}
