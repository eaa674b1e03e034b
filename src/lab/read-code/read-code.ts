import { type Manifest } from '../../contract/dataset';
import { type ExportFormat } from '../../contract/export';
import { athenaTable } from './athena-table';

/** What a program reads: a single object, or one version of a dataset. */
export type ReadTarget =
  | { readonly kind: 'object'; readonly uri: string; readonly format: ExportFormat }
  | { readonly kind: 'dataset'; readonly uri: string; readonly manifest: Manifest };

export const READERS = ['pandas', 'polars', 'duckdb', 'athena'] as const;
export type Reader = (typeof READERS)[number];

export const READER_LABELS: Readonly<Record<Reader, string>> = {
  pandas: 'pandas',
  polars: 'polars',
  duckdb: 'DuckDB',
  athena: 'Athena SQL'
};

/** The format that an object's name tells; Parquet where it tells none. */
export function formatOfKey(key: string): ExportFormat {
  return (['csv.gz', 'csv', 'arrow'] as const).find(format => key.endsWith(`.${format}`)) ?? 'parquet';
}

/** Code that reads the target; null where this reader cannot. */
export function readCode(reader: Reader, target: ReadTarget): string | null {
  switch (reader) {
    case 'pandas':
      return pandas(target);
    case 'polars':
      return polars(target);
    case 'duckdb':
      return duckdb(target);
    case 'athena':
      // A table of Athena is a folder, and CSV has no types that it could be checked against.
      return target.kind === 'dataset' && target.manifest.fileFormat === 'parquet'
        ? athenaTable(target)
        : null;
  }
}

function pandas(target: ReadTarget): string {
  const address = JSON.stringify(target.uri);
  if (target.kind === 'object') {
    const call = { parquet: 'read_parquet', csv: 'read_csv', 'csv.gz': 'read_csv', arrow: 'read_feather' };
    return `import pandas as pd\n\ndf = pd.${call[target.format]}(${address})\n`;
  }
  const { version, fileFormat } = target.manifest;
  if (fileFormat === 'parquet') {
    return `from db_connection import db\n\ndf = db.dataset(${address}).at(${JSON.stringify(version)}).to_pandas()\n`;
  }
  const rows = `ds.dataset(${JSON.stringify(folderOf(target))}, format="${fileFormat}", partitioning="hive")`;
  return `import pyarrow.dataset as ds\n\ndf = ${rows}.to_table().to_pandas()\n`;
}

function polars(target: ReadTarget): string {
  const read = { parquet: 'read_parquet', csv: 'read_csv', arrow: 'read_ipc' };
  if (target.kind === 'object') {
    const call = target.format === 'csv.gz' ? read.csv : read[target.format];
    return `import polars as pl\n\ndf = pl.${call}(${JSON.stringify(target.uri)})\n`;
  }
  const { fileFormat, partitions } = target.manifest;
  // Of a pattern polars would take the version's folder for a partition too.
  const path = fileFormat === 'csv' ? filesOf(target) : folderOf(target);
  const hive = partitions.length > 0 && fileFormat !== 'csv' ? ', hive_partitioning=True' : '';
  return `import polars as pl\n\ndf = pl.${read[fileFormat]}(${JSON.stringify(path)}${hive})\n`;
}

function duckdb(target: ReadTarget): string | null {
  const format = target.kind === 'object' ? target.format : target.manifest.fileFormat;
  if (format === 'arrow') {
    return null;
  }
  const path = literal(target.kind === 'object' ? target.uri : filesOf(target));
  const isPartitioned = target.kind === 'dataset' && target.manifest.partitions.length > 0;
  const options = [
    ...(format === 'parquet' ? [] : ['allow_quoted_nulls = false']),
    // DuckDB takes the version's folder for a partition too, and texts such as 007 for numbers.
    ...(target.kind === 'dataset' ? [`hive_partitioning = ${isPartitioned}`] : []),
    ...(isPartitioned ? ['hive_types_autocast = false'] : [])
  ];
  const call = format === 'parquet' ? 'read_parquet' : 'read_csv';
  const columns = isPartitioned ? '* EXCLUDE (v)' : '*';
  const from = `${call}(${[path, ...options].join(', ')})`;
  return [
    'import duckdb',
    '',
    'connection = duckdb.connect()',
    'connection.sql("INSTALL httpfs")',
    'connection.sql("LOAD httpfs")',
    'connection.sql("CREATE SECRET (TYPE s3, PROVIDER credential_chain)")',
    `df = connection.sql(${JSON.stringify(`SELECT ${columns} FROM ${from}`)}).df()`,
    ''
  ].join('\n');
}

type OfDataset = Extract<ReadTarget, { readonly kind: 'dataset' }>;

const folderOf = ({ uri, manifest }: OfDataset): string => `${uri}/v=${manifest.version}/`;

const ENDINGS = { parquet: '.parquet', csv: '.csv*', arrow: '.arrow' } as const;
const filesOf = (target: OfDataset): string =>
  `${folderOf(target)}**/*${ENDINGS[target.manifest.fileFormat]}`;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
