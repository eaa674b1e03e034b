import type { RowSource } from '../results/row-source';
import type { EncoderPool } from './encoder-pool';
import { ParquetMerge } from './merge';
import { rowGroups, type RowGroupLimits } from './row-groups';

const ROW_GROUP_LIMITS: RowGroupLimits = { rows: 2 ** 20, bytes: 64 * 2 ** 20 };

/**
 * The bytes of one Parquet file with all rows of `source`, zstd, with statistics and page indexes; PostgreSQL's
 * types stand in the stored Arrow schema (key `pg:type`). `onRows` is told the rows written so far, as the encoded
 * row groups count them. Throws what the source throws, GatewayError `export-incomplete`, or the reason of `signal`.
 */
export async function* writeParquet(
  source: RowSource,
  encoders: EncoderPool,
  signal: AbortSignal,
  onRows: (rows: number) => void,
  limits: RowGroupLimits = ROW_GROUP_LIMITS
): AsyncGenerator<Uint8Array, void, undefined> {
  const merge = new ParquetMerge();
  for await (const file of encoders.encodeAll(rowGroups(source, limits, signal), signal)) {
    const pages = merge.append(file);
    onRows(merge.rows);
    yield pages;
  }
  yield merge.finish();
}
