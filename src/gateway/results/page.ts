import type { RecordBatch } from 'apache-arrow';
import { CELL_CUT } from '../../cells/cut';
import { decodeBatch, END_OF_STREAM, IpcEncoder } from '../arrow/ipc';
import { encodePage, type PageRows } from '../views/encode-page';
import { readsOf, storedColumns } from '../views/stored-batch';
import type { Spool } from './spool';

/** Of Arrow. A page of larger values has fewer rows than asked for, but always one. */
export const PAGE_BYTES = 16 * 2 ** 20;

/** What a screen needs of a page: some columns by number, and of long cells the beginning. */
export interface Excerpt {
  readonly columns: readonly number[];
  readonly isCut: boolean;
}

/** As `readPage`, for a screen. Cells that are cut make a page small, so that it has every row asked for. */
export async function readExcerpt(
  spool: Spool,
  offset: number,
  limit: number,
  { columns, isCut }: Excerpt
): Promise<Uint8Array> {
  const groups: PageRows[] = [];
  let place = 0;
  for (const batch of spool.batches) {
    const from = Math.max(0, offset - batch.firstRow);
    const to = Math.min(batch.rows, offset + limit - batch.firstRow);
    if (from < to) {
      const rows = Array.from({ length: to - from }, (_, at) => from + at);
      const stored = storedColumns(spool.schema, readsOf(await spool.read(batch)));
      groups.push({ stored, rows, places: rows.map(() => place++) });
    }
  }
  const shape = { schema: spool.schema, columns, cut: isCut ? CELL_CUT : null, pageBytes: PAGE_BYTES };
  return encodePage(shape, place, groups);
}

/**
 * Rows `offset` to `offset + limit` of a result, as far as they exist by now and fit into `pageBytes`, as an Arrow IPC
 * stream of their own. The first row always fits; the reply tells by its number of rows where to read on.
 */
export async function readPage(
  spool: Spool,
  offset: number,
  limit: number,
  pageBytes = PAGE_BYTES
): Promise<Uint8Array> {
  const wanted = spool.batches.filter(
    ({ firstRow, rows }) => firstRow < offset + limit && firstRow + rows > offset
  );
  const encoder = new IpcEncoder(spool.schema);
  const pieces = [spool.schemaMessage];
  let room = pageBytes;
  for (const place of wanted) {
    const batch = decodeBatch(spool.schema, await spool.read(place));
    const from = Math.max(0, offset - place.firstRow);
    const to = Math.min(place.rows, offset + limit - place.firstRow);
    const part = fitting(encoder, batch.slice(from, to), room, pieces.length > 1);
    pieces.push(...part.pieces);
    room -= part.bytes;
    if (part.rows < to - from) {
      break;
    }
  }
  return Buffer.concat([...pieces, END_OF_STREAM]);
}

interface Part {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  readonly rows: number;
}

/** As many rows of `batch` from its first as fit into `room`; one that does not, unless it `mayBeEmpty`. */
function fitting(encoder: IpcEncoder, batch: RecordBatch, room: number, mayBeEmpty: boolean): Part {
  let rows = batch.numRows;
  for (;;) {
    const pieces = encoder.encode(batch.slice(0, rows));
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (bytes <= room || (rows === 1 && !mayBeEmpty)) {
      return { pieces, bytes, rows };
    }
    if (rows === 1) {
      return { pieces: [], bytes: 0, rows: 0 };
    }
    rows = Math.max(1, Math.min(rows >> 1, Math.floor((rows * room) / bytes)));
  }
}
