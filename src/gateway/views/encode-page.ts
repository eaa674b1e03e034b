import { type Data, type Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { type Cut } from '../../cells/cut';
import { END_OF_STREAM, IpcEncoder, positional } from '../arrow/ipc';
import { cellBytes, gather } from './gather';
import { noColumn } from './no-column';
import { type StoredColumn } from './stored-batch';

/** Rows of one stored batch, and their places in the page. */
export interface PageRows {
  readonly stored: readonly StoredColumn[];
  readonly rows: readonly number[];
  readonly places: readonly number[];
}

export interface PageShape {
  /** Of the whole result; `columns` are those of it that the page has, by number. */
  readonly schema: Schema;
  readonly columns: readonly number[];
  readonly cut: Cut | null;
  /** Bytes of cells that are not cut. The first row is in the page whatever it takes. */
  readonly pageBytes: number;
}

/** The columns of a page, in memory. */
export interface GatheredPage {
  readonly rows: number;
  readonly fields: readonly Field[];
  readonly columns: readonly Data[];
}

/** Of `rows` rows those from the first on that fit into the page. */
export function gatherPage(shape: PageShape, rows: number, groups: readonly PageRows[]): GatheredPage {
  const { schema, columns, cut } = shape;
  const fitting = cut ? rows : rowsThatFit(shape, rows, groups);
  const taken = fitting === rows ? groups : groups.map(group => firstPlaces(group, fitting));
  const fields = columns.map(column => schema.fields[column] ?? noColumn(column));
  const gathered = columns.map((column, index) =>
    gather(
      fields[index]!.type,
      fitting,
      taken.map(({ stored, ...picked }) => ({ column: stored[column]!, ...picked })),
      cut
    )
  );
  return { rows: fitting, fields, columns: gathered };
}

/** An Arrow IPC stream of `rows` rows, or of as many from the first as fit into the page. */
export function encodePage(
  shape: PageShape,
  rows: number,
  groups: readonly PageRows[]
): Uint8Array<ArrayBuffer> {
  const { rows: length, fields, columns: children } = gatherPage(shape, rows, groups);
  const projected = new Schema([...fields]);
  const named = positional(projected);
  const encoder = new IpcEncoder(projected);
  const data = makeData({ type: new Struct(named.fields), length, nullCount: 0, children: [...children] });
  const pieces = length > 0 ? encoder.encode(new RecordBatch(named, data)) : [];
  return joined([encoder.schemaMessage, ...pieces, END_OF_STREAM]);
}

/** In memory of its own, which can be handed to another thread. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function rowsThatFit({ columns, pageBytes }: PageShape, rows: number, groups: readonly PageRows[]): number {
  const bytes = new Float64Array(rows);
  for (const { stored, rows: picked, places } of groups) {
    for (const column of columns) {
      picked.forEach((row, at) => (bytes[places[at]!]! += cellBytes(stored[column]!, row)));
    }
  }
  let sum = 0;
  const beyond = bytes.findIndex(size => (sum += size) > pageBytes);
  return beyond < 0 ? rows : Math.max(1, beyond);
}

function firstPlaces({ stored, rows, places }: PageRows, end: number): PageRows {
  const kept = places.map((_, at) => at).filter(at => places[at]! < end);
  return { stored, rows: kept.map(at => rows[at]!), places: kept.map(at => places[at]!) };
}
