import type { ThriftStruct, ThriftValue } from './thrift-compact';
import { readStruct } from './thrift-reader';

/**
 * Field ids of Parquet's metadata.
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export const FILE_META_DATA = { schema: 2, numRows: 3, rowGroups: 4 } as const;
export const ROW_GROUP = { columns: 1, fileOffset: 5, ordinal: 7 } as const;
export const COLUMN_CHUNK = {
  fileOffset: 2,
  metaData: 3,
  offsetIndexOffset: 4,
  offsetIndexLength: 5,
  columnIndexOffset: 6,
  columnIndexLength: 7
} as const;
export const COLUMN_META_DATA = {
  dataPageOffset: 9,
  indexPageOffset: 10,
  dictionaryPageOffset: 11,
  bloomFilterOffset: 14
} as const;
export const OFFSET_INDEX = { pageLocations: 1 } as const;
export const PAGE_LOCATION = { offset: 1 } as const;

/** `PAR1` */
export const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);
/** The footer's length, four bytes little-endian, and the magic bytes. */
const TAIL_BYTES = 8;

export interface Footer {
  readonly metaData: ThriftStruct;
  /** Where the footer begins in the file. */
  readonly offset: number;
}

/** Reads the footer of a whole Parquet file; throws RangeError when it is none. */
export function readFooter(file: Uint8Array): Footer {
  const tail = Buffer.from(file.slice(-TAIL_BYTES));
  if (file.length < MAGIC.length + TAIL_BYTES || !tail.subarray(4).equals(MAGIC)) {
    throw new RangeError('not a Parquet file: the magic bytes at its end are missing');
  }
  const offset = file.length - TAIL_BYTES - tail.readUInt32LE(0);
  // A copy: what the tree keeps would otherwise pin the whole row group in memory.
  return { metaData: readStruct(file.slice(offset, file.length - TAIL_BYTES)), offset };
}

/** A Parquet footer with its length and the magic bytes, as a file ends. */
export function endOfFile(metaData: Uint8Array): Uint8Array {
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeUInt32LE(metaData.length);
  tail.set(MAGIC, 4);
  return Buffer.concat([metaData, tail]);
}

/** The integer in a field, or undefined where the field is absent. */
export function integer(struct: ThriftStruct, id: number): bigint | undefined {
  const field = struct.fields.get(id);
  return field && 'value' in field && typeof field.value === 'bigint' ? field.value : undefined;
}

/** The structs in a list field; none where the field is absent. */
export function structs(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const field = struct.fields.get(id);
  return field && 'elements' in field ? field.elements.filter(isStruct) : [];
}

/** `struct` with some fields replaced; a new field takes its place in the order of ids. */
export function withFields(
  struct: ThriftStruct,
  changes: readonly (readonly [number, ThriftValue])[]
): ThriftStruct {
  const fields = new Map([...struct.fields, ...changes]);
  return { ...struct, fields: new Map([...fields].sort(([a], [b]) => a - b)) };
}

/** `struct` with the integers in `ids` moved by `shift`; absent ones and zeros, which mean "not used", stay. */
export function shifted(struct: ThriftStruct, ids: readonly number[], shift: bigint): ThriftStruct {
  const changes: [number, ThriftValue][] = [];
  for (const id of ids) {
    const field = struct.fields.get(id);
    if (field && 'value' in field && typeof field.value === 'bigint' && field.value !== 0n) {
      changes.push([id, { ...field, value: field.value + shift }]);
    }
  }
  return withFields(struct, changes);
}

export function isStruct(value: ThriftValue | undefined): value is ThriftStruct {
  return value !== undefined && 'fields' in value;
}
