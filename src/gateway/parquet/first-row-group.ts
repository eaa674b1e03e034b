import {
  COLUMN_CHUNK,
  COLUMN_META_DATA,
  FILE_META_DATA,
  ROW_GROUP,
  endOfFile,
  integer,
  isStruct,
  structs,
  withFields
} from './footer';
import { endOfPages } from './row-group';
import { I64, LIST, STRUCT, type ThriftStruct, type ThriftValue } from './thrift-compact';
import { readStruct } from './thrift-reader';
import { writeStruct } from './thrift-writer';

/** Footers of usual files fit; a longer one takes a second request. */
const TAIL_BYTES = 64 * 2 ** 10;
const END_BYTES = 8;
/** `numRows` of a RowGroup. */
const ROW_GROUP_ROWS = 3;

/**
 * A Parquet file with only the first row group of a larger one, of which only that part and the footer are read. `read`
 * gives the bytes from one offset up to another. Throws RangeError when it is no Parquet file.
 */
export async function firstRowGroup(
  sizeBytes: number,
  read: (from: number, until: number) => Promise<Uint8Array>
): Promise<Uint8Array> {
  let tail = Buffer.from(await read(Math.max(0, sizeBytes - TAIL_BYTES), sizeBytes));
  const footerBytes = tail.readUInt32LE(tail.length - END_BYTES) + END_BYTES;
  if (tail.toString('latin1', tail.length - 4) !== 'PAR1' || footerBytes > sizeBytes) {
    throw new RangeError('not a Parquet file: the magic bytes at its end are missing');
  }
  if (footerBytes > tail.length) {
    tail = Buffer.from(await read(sizeBytes - footerBytes, sizeBytes));
  }
  const metaData = readStruct(
    Uint8Array.from(tail.subarray(tail.length - footerBytes, tail.length - END_BYTES))
  );
  const rowGroups = structs(metaData, FILE_META_DATA.rowGroups);
  const elements = rowGroups.slice(0, 1);
  const rows = elements.reduce((sum, group) => sum + (integer(group, ROW_GROUP_ROWS) ?? 0n), 0n);
  const pages = await read(0, beginning(rowGroups[1]) ?? endOfPages(elements, sizeBytes - footerBytes));
  const footer = withFields(metaData, [
    [FILE_META_DATA.numRows, { type: I64, value: rows }],
    [FILE_META_DATA.rowGroups, { type: LIST, elementType: STRUCT, elements }]
  ]);
  return Buffer.concat([pages, endOfFile(writeStruct(footer))]);
}

/** Where the pages of a row group begin. */
function beginning(rowGroup: ThriftStruct | undefined): number | null {
  const offsets = (rowGroup ? structs(rowGroup, ROW_GROUP.columns) : [])
    .flatMap(chunk => structOf(chunk.fields.get(COLUMN_CHUNK.metaData)))
    .flatMap(chunk =>
      [COLUMN_META_DATA.dictionaryPageOffset, COLUMN_META_DATA.dataPageOffset].map(id => integer(chunk, id))
    )
    .flatMap(offset => (offset ? Number(offset) : []));
  return offsets.length === 0 ? null : Math.min(...offsets);
}

const structOf = (value: ThriftValue | undefined): ThriftStruct[] => (isStruct(value) ? [value] : []);
