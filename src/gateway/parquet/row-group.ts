import {
  COLUMN_CHUNK,
  COLUMN_META_DATA,
  OFFSET_INDEX,
  PAGE_LOCATION,
  ROW_GROUP,
  integer,
  isStruct,
  shifted,
  structs,
  withFields
} from './footer';
import { I16, I32, I64, LIST, STRUCT, type ThriftStruct, type ThriftValue } from './thrift-compact';
import { readStruct } from './thrift-reader';
import { writeStruct } from './thrift-writer';

/** The metadata of one row group on its way from a small file into a merged one. */
export interface DetachedRowGroup {
  /** The RowGroup struct; the offsets of its pages are those of the merged file. */
  readonly encoded: Uint8Array;
  /** One a column, null where there is none. */
  readonly columnIndexes: readonly (Uint8Array | null)[];
  readonly offsetIndexes: readonly (Uint8Array | null)[];
}

/** Where the indexes of a row group begin in the merged file, one a column. */
export interface IndexPlaces {
  readonly columnIndexes: readonly (bigint | null)[];
  readonly offsetIndexes: readonly (bigint | null)[];
}

/** Takes a row group out of `file`, whose bytes stand `shift` further on in the merged file. Keeps no view of `file`. */
export function detach(rowGroup: ThriftStruct, file: Uint8Array, shift: bigint): DetachedRowGroup {
  const chunks = structs(rowGroup, ROW_GROUP.columns);
  const moved = shifted(rowGroup, [ROW_GROUP.fileOffset], shift);
  return {
    encoded: writeStruct(
      withStructs(
        moved,
        ROW_GROUP.columns,
        chunks.map(chunk => shiftChunk(chunk, shift))
      )
    ),
    columnIndexes: chunks.map(chunk =>
      part(file, chunk, COLUMN_CHUNK.columnIndexOffset, COLUMN_CHUNK.columnIndexLength)
    ),
    offsetIndexes: chunks.map(chunk => {
      const index = part(file, chunk, COLUMN_CHUNK.offsetIndexOffset, COLUMN_CHUNK.offsetIndexLength);
      return index && shiftOffsetIndex(index, shift);
    })
  };
}

/** The row group as it stands in the footer of the merged file. */
export function located(rowGroup: DetachedRowGroup, ordinal: number, places: IndexPlaces): ThriftValue {
  const struct = readStruct(rowGroup.encoded);
  const chunks = structs(struct, ROW_GROUP.columns).map((chunk, column) =>
    withFields(chunk, [
      ...place(
        COLUMN_CHUNK.offsetIndexOffset,
        COLUMN_CHUNK.offsetIndexLength,
        places.offsetIndexes[column],
        rowGroup.offsetIndexes[column]
      ),
      ...place(
        COLUMN_CHUNK.columnIndexOffset,
        COLUMN_CHUNK.columnIndexLength,
        places.columnIndexes[column],
        rowGroup.columnIndexes[column]
      )
    ])
  );
  const numbered = struct.fields.has(ROW_GROUP.ordinal)
    ? withFields(struct, [[ROW_GROUP.ordinal, { type: I16, value: BigInt(ordinal) }]])
    : struct;
  return { type: STRUCT, encoded: writeStruct(withStructs(numbered, ROW_GROUP.columns, chunks)) };
}

/** Where the column chunks of these row groups end: their first index, or else the footer at `footerOffset`. */
export function endOfPages(rowGroups: readonly ThriftStruct[], footerOffset: number): number {
  const indexes = rowGroups
    .flatMap(rowGroup => structs(rowGroup, ROW_GROUP.columns))
    .flatMap(chunk =>
      [COLUMN_CHUNK.columnIndexOffset, COLUMN_CHUNK.offsetIndexOffset].map(id => integer(chunk, id))
    );
  return indexes.reduce<number>(
    (end, at) => (at === undefined ? end : Math.min(end, Number(at))),
    footerOffset
  );
}

function shiftChunk(chunk: ThriftStruct, shift: bigint): ThriftStruct {
  const moved = shifted(chunk, [COLUMN_CHUNK.fileOffset], shift);
  const metaData = chunk.fields.get(COLUMN_CHUNK.metaData);
  return isStruct(metaData)
    ? withFields(moved, [[COLUMN_CHUNK.metaData, shifted(metaData, Object.values(COLUMN_META_DATA), shift)]])
    : moved;
}

function shiftOffsetIndex(bytes: Uint8Array, shift: bigint): Uint8Array {
  const index = readStruct(bytes);
  const pages = structs(index, OFFSET_INDEX.pageLocations);
  const moved = pages.map(page => shifted(page, [PAGE_LOCATION.offset], shift));
  return writeStruct(withStructs(index, OFFSET_INDEX.pageLocations, moved));
}

function withStructs(struct: ThriftStruct, id: number, elements: readonly ThriftStruct[]): ThriftStruct {
  return withFields(struct, [[id, { type: LIST, elementType: STRUCT, elements }]]);
}

function part(file: Uint8Array, chunk: ThriftStruct, offsetId: number, lengthId: number): Uint8Array | null {
  const offset = Number(integer(chunk, offsetId) ?? 0n);
  const length = Number(integer(chunk, lengthId) ?? 0n);
  return length === 0 ? null : file.slice(offset, offset + length);
}

function place(
  offsetId: number,
  lengthId: number,
  offset: bigint | null | undefined,
  index: Uint8Array | null | undefined
): [number, ThriftValue][] {
  return offset === null || offset === undefined || !index
    ? []
    : [
        [offsetId, { type: I64, value: offset }],
        [lengthId, { type: I32, value: BigInt(index.length) }]
      ];
}
