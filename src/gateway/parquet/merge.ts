import { FILE_META_DATA, MAGIC, endOfFile, integer, readFooter, structs, withFields } from './footer';
import { detach, endOfPages, located, type DetachedRowGroup } from './row-group';
import { I64, LIST, STRUCT, type ThriftStruct } from './thrift-compact';
import { writeStruct } from './thrift-writer';

/**
 * Joins small Parquet files of one schema into one file: their row groups follow each other, then come all
 * column indexes, all offset indexes and one footer. (Readers fetch the indexes of all row groups as one
 * range, so they must not be spread over the file.) Memory grows by the metadata alone, kilobytes a row group.
 */
export class ParquetMerge {
  /** Bytes emitted so far. */
  #offset: number;
  #rows = 0n;
  #first: ThriftStruct | null = null;
  readonly #rowGroups: DetachedRowGroup[] = [];

  /** `startsAt` is above 0 only where the first bytes of the file have been written by somebody else. */
  constructor(startsAt = 0) {
    this.#offset = startsAt;
  }

  /** Rows of the files appended so far, as their footers count them. */
  get rows(): number {
    return Number(this.#rows);
  }

  /** Takes a whole Parquet file and returns the bytes to emit for it. Throws RangeError when it does not fit. */
  append(file: Uint8Array): Uint8Array {
    const { metaData, offset } = readFooter(file);
    this.#first ??= metaData;
    if (!sameSchema(this.#first, metaData)) {
      throw new RangeError('the Parquet files to merge differ in their schema');
    }
    const rowGroups = structs(metaData, FILE_META_DATA.rowGroups);
    const dropped = this.#offset === 0 ? 0 : MAGIC.length;
    const shift = BigInt(this.#offset - dropped);
    rowGroups.forEach(rowGroup => this.#rowGroups.push(detach(rowGroup, file, shift)));
    this.#rows += integer(metaData, FILE_META_DATA.numRows) ?? 0n;
    const pages = file.subarray(dropped, endOfPages(rowGroups, offset));
    this.#offset += pages.length;
    return pages;
  }

  /** What follows the bytes that `append` gave: indexes and footer. Throws RangeError when nothing was appended. */
  finish(): Uint8Array {
    if (!this.#first) {
      throw new RangeError('a Parquet file needs a schema: append at least one file');
    }
    const parts: Uint8Array[] = [];
    const place = (index: Uint8Array | null): bigint | null => {
      if (!index) {
        return null;
      }
      const at = this.#offset;
      parts.push(index);
      this.#offset += index.length;
      return BigInt(at);
    };
    const columnIndexes = this.#rowGroups.map(rowGroup => rowGroup.columnIndexes.map(place));
    const offsetIndexes = this.#rowGroups.map(rowGroup => rowGroup.offsetIndexes.map(place));
    const elements = this.#rowGroups.map((rowGroup, ordinal) =>
      located(rowGroup, ordinal, {
        columnIndexes: columnIndexes[ordinal] ?? [],
        offsetIndexes: offsetIndexes[ordinal] ?? []
      })
    );
    const metaData = withFields(this.#first, [
      [FILE_META_DATA.numRows, { type: I64, value: this.#rows }],
      [FILE_META_DATA.rowGroups, { type: LIST, elementType: STRUCT, elements }]
    ]);
    return Buffer.concat([...parts, endOfFile(writeStruct(metaData))]);
  }
}

function sameSchema(a: ThriftStruct, b: ThriftStruct): boolean {
  return Buffer.from(schemaBytes(a)).equals(schemaBytes(b));
}

function schemaBytes(metaData: ThriftStruct): Uint8Array {
  const schema = metaData.fields.get(FILE_META_DATA.schema);
  return schema
    ? writeStruct({ type: STRUCT, fields: new Map([[FILE_META_DATA.schema, schema]]) })
    : new Uint8Array();
}
