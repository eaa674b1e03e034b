import { oneOf } from '../../contract/parse';
import { type ExportRequest } from '../../contract/export';

/** A file format as a person chooses it. */
export type FileChoice = 'parquet' | 'parquet-snappy' | 'csv' | 'csv.gz' | 'arrow';

export const parseFileChoice = oneOf('parquet', 'parquet-snappy', 'csv', 'csv.gz', 'arrow');

export const FILE_CHOICES: readonly (readonly [FileChoice, string])[] = [
  ['parquet', 'Parquet, zstd'],
  ['parquet-snappy', 'Parquet, snappy (for old readers)'],
  ['csv', 'CSV'],
  ['csv.gz', 'CSV, gzip'],
  ['arrow', 'Arrow IPC (Feather)']
];

export function formatOf(choice: FileChoice): Pick<ExportRequest, 'format' | 'compression'> {
  return choice === 'parquet-snappy'
    ? { format: 'parquet', compression: 'snappy' }
    : { format: choice, compression: 'zstd' };
}

const ENDING = /\.(parquet|csv\.gz|csv|arrow)$/;

/** The key with the ending of a format, or with null, as a dataset's prefix has it, without any. */
export function withEnding(key: string, choice: FileChoice | null): string {
  const bare = key.replace(ENDING, '');
  return choice === null || bare === '' ? bare : `${bare}.${formatOf(choice).format}`;
}
