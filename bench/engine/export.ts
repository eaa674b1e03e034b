import path from 'node:path';
import { fileFormat } from '../../src/gateway/formats/file-format';
import { writeRows } from '../../src/gateway/formats/write-rows';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import { resultSource } from '../../src/gateway/results/result-source';
import { openGateway } from './gateway-spool';
import type { Reader, ReplicaAccess } from './reader';

/** The product's export of a table over one connection with one encoder thread, to nowhere. */
export async function openExport(
  access: ReplicaAccess,
  table: string,
  compression: 'zstd' | 'snappy'
): Promise<Reader> {
  const gateway = await openGateway(access, 1);
  // Beside the bundle that this runs in.
  const encoders = new EncoderPool(path.join(__dirname, 'row-group-worker.js'), 1);
  const format = fileFormat({ format: 'parquet', compression }, encoders);
  let bytes = 0;
  return {
    read: async () => {
      const result = gateway.start(table, false);
      const source = resultSource(result, () => gateway.store.release(result.id));
      let rows = 0;
      bytes = 0;
      const never = new AbortController().signal;
      for await (const piece of writeRows(source, format, never, count => (rows = count))) {
        bytes += piece.length;
      }
      await source.release();
      return rows;
    },
    fileBytes: () => bytes,
    close: async () => {
      await encoders.dispose();
      await gateway.close();
    }
  };
}
