import { decodeBatch, END_OF_STREAM, IpcEncoder } from '../arrow/ipc';
import type { Spool } from './spool';

/** Rows `offset` to `offset + limit` of a result, as far as they exist by now, as an Arrow IPC stream of their own. */
export async function readPage(spool: Spool, offset: number, limit: number): Promise<Uint8Array> {
  const wanted = spool.batches.filter(
    ({ firstRow, rows }) => firstRow < offset + limit && firstRow + rows > offset
  );
  const encoder = new IpcEncoder(spool.schema);
  const pieces = [spool.schemaMessage];
  for (const place of wanted) {
    const batch = decodeBatch(spool.schema, await spool.read(place));
    const from = Math.max(0, offset - place.firstRow);
    const to = Math.min(place.rows, offset + limit - place.firstRow);
    pieces.push(...encoder.encode(batch.slice(from, to)));
  }
  return Buffer.concat([...pieces, END_OF_STREAM]);
}
