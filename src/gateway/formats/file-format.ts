import type { ExportRequest } from '../../contract/export';
import { ArrowFile } from '../arrow/arrow-file';
import { CsvFile } from '../csv/csv-file';
import type { EncoderPool } from '../parquet/encoder-pool';
import { ParquetFile, type ParquetOptions } from '../parquet/parquet-file';
import type { RowFile } from './row-file';

/** A way to write rows into files. */
export interface FileFormat {
  readonly fileFormat: 'parquet' | 'csv' | 'arrow';
  /** With its dot. */
  readonly extension: string;
  readonly contentType: string;
  /** `schema` is an encapsulated Arrow message. `several` when many files are open at a time, each of which must be small. */
  open(schema: Uint8Array, several: boolean): RowFile;
}

/** Of Arrow, where many files are open: what is encoded of each row group stays in memory until it is complete. */
const ROW_GROUP_OF_MANY = { bytes: 32 * 2 ** 20, encodedBytes: 8 * 2 ** 20 };

/** The format that an export asks for. */
export function fileFormat(
  { format, compression }: Pick<ExportRequest, 'format' | 'compression'>,
  encoders: EncoderPool
): FileFormat {
  switch (format) {
    case 'parquet':
      return parquet(encoders, { compression });
    case 'csv':
      return csv(encoders, false);
    case 'csv.gz':
      return csv(encoders, true);
    case 'arrow':
      return {
        fileFormat: 'arrow',
        extension: '.arrow',
        contentType: 'application/vnd.apache.arrow.file',
        open: schema => new ArrowFile(schema)
      };
  }
}

export function parquet(encoders: EncoderPool, options: Partial<ParquetOptions> = {}): FileFormat {
  return {
    fileFormat: 'parquet',
    extension: '.parquet',
    contentType: 'application/vnd.apache.parquet',
    open: (schema, several) =>
      new ParquetFile(schema, encoders, several ? { ...options, rowGroup: ROW_GROUP_OF_MANY } : options)
  };
}

function csv(encoders: EncoderPool, gzip: boolean): FileFormat {
  return {
    fileFormat: 'csv',
    extension: gzip ? '.csv.gz' : '.csv',
    contentType: gzip ? 'application/gzip' : 'text/csv; charset=utf-8; header=present',
    open: schema => new CsvFile(schema, encoders, gzip)
  };
}
