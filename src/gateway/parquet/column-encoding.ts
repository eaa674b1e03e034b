import { DataType } from 'apache-arrow';
import type { MeasuredColumn } from './column-sample';
import type { Compression } from './worker-messages';

/** Names are Parquet's. */
export interface ColumnEncoding {
  readonly dictionary: boolean;
  /** Of values, or with a dictionary of those that follow when it is full. */
  readonly encoding: 'PLAIN' | 'DELTA_BINARY_PACKED' | 'DELTA_LENGTH_BYTE_ARRAY' | 'BYTE_STREAM_SPLIT';
}

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
