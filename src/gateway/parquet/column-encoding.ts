import { DataType } from 'apache-arrow';
import type { MeasuredColumn } from './column-sample';
import type { Compression } from './worker-messages';

/** Names are Parquet's. */
export interface ColumnEncoding {
  readonly dictionary: boolean;
  /** Of values, or with a dictionary of those that follow when it is full. */
  readonly encoding: 'PLAIN' | 'DELTA_BINARY_PACKED' | 'DELTA_LENGTH_BYTE_ARRAY' | 'BYTE_STREAM_SPLIT';
}

/** Where fewer bytes come again, zstd is slow and makes hexadecimal digits half as long at best. */
const HARDLY_REPEATED = 0.1;
/** Of a row's bytes; tables that are mostly random keep small files. */
const LEFT_AT_MOST = 1 / 3;

/** parquet-rs gives a dictionary up at 1 MiB, and everything written for it is lost time. */
const DICTIONARY_BYTES = 2 ** 20;
const EXPECTED_AT_MOST = 0.8 * DICTIONARY_BYTES;

/**
 * THE RULE, for a column that is neither boolean nor nested; those keep what parquet-rs does by itself. docs/export.md tells
 * it in words.
 */
export function columnEncoding(column: MeasuredColumn, compression: Compression): ColumnEncoding {
  if (compression === 'uncompressed') {
    return { dictionary: false, encoding: 'PLAIN' };
  }
  const indexBits = dictionaryBits(column);
  if (compression === 'snappy') {
    return { dictionary: indexBits !== null, encoding: 'PLAIN' };
  }
  const encoding = withoutDictionary(column);
  const saves = column.deltaBits === null || encoding === 'PLAIN' || (indexBits ?? 0) < column.deltaBits;
  return { dictionary: indexBits !== null && saves, encoding };
}

/**
 * The columns of a file with zstd that are left uncompressed: those of random text or bytea, as UUIDs and hashes, as long as
 * they are together a third of a row at most.
 */
export function uncompressedColumns(columns: readonly MeasuredColumn[]): ReadonlySet<MeasuredColumn> {
  const random = columns.filter(
    column => column.repeated !== null && column.repeated < HARDLY_REPEATED && dictionaryBits(column) === null
  );
  return new Set(valueBytes(random) <= LEFT_AT_MOST * valueBytes(columns) ? random : []);
}

const valueBytes = (columns: readonly MeasuredColumn[]): number =>
  columns.reduce((sum, column) => sum + column.valueBytes, 0);

function withoutDictionary({
  field: { type },
  deltaBits,
  valueBytes
}: MeasuredColumn): ColumnEncoding['encoding'] {
  if (DataType.isFloat(type)) {
    return 'BYTE_STREAM_SPLIT';
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return 'DELTA_LENGTH_BYTE_ARRAY';
  }
  return deltaBits !== null && deltaBits < 8 * valueBytes ? 'DELTA_BINARY_PACKED' : 'PLAIN';
}

/** Bits of an index into the column's dictionary, or null when it is not expected to have room. */
function dictionaryBits({ distinct, valueBytes }: MeasuredColumn): number | null {
  return distinct !== null && distinct * valueBytes <= EXPECTED_AT_MOST
    ? Math.ceil(Math.log2(Math.max(2, distinct)))
    : null;
}
