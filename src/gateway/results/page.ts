import { RecordBatchStreamWriter } from 'apache-arrow';
import { decodeBatch, END_OF_STREAM } from '../arrow/ipc';
import type { Spool } from './spool';

/** Rows `offset` to `offset + limit` of a result, as far as they exist by now, as an Arrow IPC stream of their own. */
export async function readPage(spool: Spool, offset: number, limit: number): Promise<Uint8Array> {
  const wanted = spool.batches.filter(
    ({ firstRow, rows }) => firstRow < offset + limit && firstRow + rows > offset
  );
  if (wanted.length === 0) {
    return Buffer.concat([spool.schemaMessage, END_OF_STREAM]);
  }
  const writer = new RecordBatchStreamWriter();
  for (const place of wanted) {
    const batch = decodeBatch(spool.schemaMessage, await spool.read(place));
    const from = Math.max(0, offset - place.firstRow);
    const to = Math.min(place.rows, offset + limit - place.firstRow);
    writer.write(batch.slice(from, to));
  }
  writer.finish();
  return writer.toUint8Array(true);
}
