import {
  Compression as Codec,
  EnabledStatistics,
  Encoding,
  type WriterProperties,
  WriterPropertiesBuilder
} from 'parquet-wasm/node';
import { columnEncoding } from './column-encoding';
import type { MeasuredColumn } from './column-sample';
import type { Compression } from './worker-messages';

const CODECS = {
  zstd: Codec.ZSTD,
  snappy: Codec.SNAPPY,
  uncompressed: Codec.UNCOMPRESSED
} as const satisfies Readonly<Record<Compression, Codec>>;

/** Row groups are cut by whoever sends the batches. */
const ANY_ROWS = 2 ** 31 - 1;

/** How parquet-wasm is to write one row group. */
export function writerProperties(
  columns: readonly MeasuredColumn[],
  compression: Compression
): WriterProperties {
  let properties = new WriterPropertiesBuilder()
    .setCompression(CODECS[compression])
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setDictionaryEnabled(compression !== 'uncompressed')
    .setMaxRowGroupSize(ANY_ROWS);
  for (const column of columns.filter(isNamedOnce)) {
    const { name } = column.field;
    const { dictionary, encoding } = columnEncoding(column, compression);
    // A call takes the builder and gives another.
    properties = properties
      .setColumnDictionaryEnabled(name, dictionary)
      .setColumnEncoding(name, Encoding[encoding]);
  }
  return properties.build();
}

/** Properties go by the name, which a result may have twice, for columns of different types. */
function isNamedOnce(column: MeasuredColumn, _: number, all: readonly MeasuredColumn[]): boolean {
  return column.valueBytes > 0 && all.filter(({ field }) => field.name === column.field.name).length === 1;
}
