import { columnEncoding } from './column-encoding';
import type { MeasuredColumn } from './column-sample';
import type { Compression } from './worker-messages';

/** Numbers of parquet.thrift. */
const CODECS = { uncompressed: 0, snappy: 1, zstd: 6 } as const satisfies Readonly<
  Record<Compression, number>
>;
const ENCODINGS = {
  PLAIN: 0,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  BYTE_STREAM_SPLIT: 9
} as const;
/** The codec chooses the encoding, and whether there is a dictionary. */
const BY_ITSELF = [0, 255];

/** How the codec is to write one row group, as its `open_row_group` takes it. */
export function writerProperties(
  columns: readonly MeasuredColumn[],
  compression: Compression
): Uint8Array<ArrayBuffer> {
  const ofColumns = columns.flatMap((column, _, all) => {
    if (!isNamedOnce(column, all)) {
      return BY_ITSELF;
    }
    const { dictionary, encoding } = columnEncoding(column, compression);
    return [Number(dictionary), ENCODINGS[encoding]];
  });
  return Uint8Array.from([CODECS[compression], ...ofColumns]);
}

/** Properties go by the name, which a result may have twice, for columns of different types. */
function isNamedOnce(column: MeasuredColumn, all: readonly MeasuredColumn[]): boolean {
  return column.valueBytes > 0 && all.filter(({ field }) => field.name === column.field.name).length === 1;
}
