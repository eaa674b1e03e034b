import {
  count,
  list,
  nullable,
  number,
  oneOf,
  optional,
  record,
  text,
  type Parsed,
  type Parser
} from './parse';
import type { Parameter } from './query';

/**
 * A dataset is a prefix of a bucket. Each export writes the files of a new version below `v=<version>/`, and then commits
 * it with one conditional put of the next manifest in a row:
 *
 *     orders/_manifests/0000000042.json
 *     orders/v=20261125T221500Z-3f9a1c2b/created_at_month=2026-01/part-00000.parquet
 *
 * A plain listing of `_manifests/` tells which versions are committed, and the last of them is the newest. docs/export.md
 * has the whole format, which writers other than this one may write too.
 */
export const MANIFESTS = '_manifests/';

/** How Hive, Spark, Athena, pyarrow and DuckDB name the directory of NULL. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

export const DATASET_FORMAT = 'jupyterlab-replica-dataset';
const FORMAT_VERSION = 1;

export type DatasetMode = 'new-version' | 'append' | 'replace-partitions';
const parseMode: Parser<DatasetMode> = oneOf('new-version', 'append', 'replace-partitions');

export type DatePart = 'year' | 'month' | 'day';
const parsePart: Parser<DatePart> = oneOf('year', 'month', 'day');

/** A column whose values, or the date part of whose values, name directories. */
const parsePartitionColumn = record({ column: text, part: optional(nullable(parsePart), null) });
export type PartitionColumn = Parsed<typeof parsePartitionColumn>;

/** What makes an export a version of a dataset; its `key` is then the dataset's prefix without a slash at its end. */
export const parseDatasetRequest = record({
  mode: optional(parseMode, 'new-version'),
  partitionBy: optional(list(parsePartitionColumn), []),
  /** A file is ended at the row group that reaches so many bytes; null leaves it to the gateway. */
  targetFileBytes: optional(nullable(count), null),
  /** After the commit, deletes versions beyond so many, or older than so many days; never the newest. */
  retain: optional(
    nullable(
      record({
        versions: optional(nullable(count), null),
        days: optional(nullable(number), null)
      })
    ),
    null
  ),
  /** Registers the new version as a table of the Glue Data Catalog. */
  glue: optional(nullable(record({ database: text, table: text })), null)
});
export type DatasetRequest = Parsed<typeof parseDatasetRequest>;

const parseScalar: Parser<Parameter> = (value, path) =>
  typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text(value, path);

/** One column; `type` is PostgreSQL's, `arrow` the type in the files, `hive` the one for Athena, Glue and Spark. */
const parseDatasetField = record({ name: text, type: text, arrow: text, hive: text });
export type DatasetField = Parsed<typeof parseDatasetField>;

/** `name` is the directory's; without `part` it is the column's own, which the files then lack, as Hive has it. */
const parsePartition = record({ name: text, column: text, part: nullable(parsePart), hive: text });
export type Partition = Parsed<typeof parsePartition>;

const parseFile = record({
  /** Relative to the dataset's prefix. */
  path: text,
  rows: count,
  bytes: count,
  /** CRC-32 of the whole object, base64 as S3 writes it; null where its writer did not know it. */
  crc32: optional(nullable(text), null),
  etag: optional(nullable(text), null),
  /** A value for each partition, unescaped; null for NULL. */
  partition: optional(list(nullable(text)), []),
  /** The same file in an earlier version, of which this one is a copy. */
  copiedFrom: optional(nullable(text), null)
});
export type DatasetFile = Parsed<typeof parseFile>;

export const parseManifest = record({
  format: oneOf(DATASET_FORMAT),
  formatVersion: (value: unknown, path = '') => {
    const version = count(value, path);
    return version <= FORMAT_VERSION ? version : oneOf(String(FORMAT_VERSION))(version, path);
  },
  /** From 1, each once; the name of the manifest. */
  sequence: count,
  /** Time and chance, such as `20261125T221500Z-3f9a1c2b`; the name of the version's folder. */
  version: text,
  /** The newest version when this one was committed. */
  parent: optional(nullable(text), null),
  mode: optional(parseMode, 'new-version'),
  /** ISO 8601, UTC. */
  committedAt: text,
  fileFormat: optional(oneOf('parquet', 'csv', 'arrow'), 'parquet'),
  tool: record({ name: text, version: text }),
  user: optional(nullable(text), null),
  /** The notebook, panel or program that asked. */
  notebook: optional(nullable(text), null),
  query: record({
    sql: text,
    /** Null where the value is secret, too. */
    params: optional(list(parseScalar), []),
    /** Positions in `params` whose values were left out, from 0. */
    secretParams: optional(list(count), [])
  }),
  /** The state of the database that the rows are of, as far as its writer could tell. */
  source: record({
    database: optional(nullable(text), null),
    /** ISO 8601, UTC. */
    asOf: optional(nullable(text), null),
    lsn: optional(nullable(text), null),
    snapshot: optional(nullable(text), null),
    replicaLagMs: optional(nullable(number), null)
  }),
  /** Of the statement, in order. */
  schema: list(parseDatasetField),
  partitions: optional(list(parsePartition), []),
  rows: count,
  bytes: count,
  files: list(parseFile)
});
export type Manifest = Parsed<typeof parseManifest>;

/** One committed version without its files. */
export const parseDatasetVersion = record({
  sequence: count,
  version: text,
  mode: parseMode,
  committedAt: text,
  asOf: nullable(text),
  user: nullable(text),
  rows: count,
  bytes: count,
  files: count
});
export type DatasetVersion = Parsed<typeof parseDatasetVersion>;

/** Newest first; those that cannot be read are counted and left out. */
export const parseDatasetVersions = record({ versions: list(parseDatasetVersion), unreadable: count });
export type DatasetVersions = Parsed<typeof parseDatasetVersions>;

export function summaryOf(manifest: Manifest): DatasetVersion {
  const { sequence, version, mode, committedAt, source, user, rows, bytes, files } = manifest;
  return { sequence, version, mode, committedAt, asOf: source.asOf, user, rows, bytes, files: files.length };
}
