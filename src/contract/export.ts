import { parseDatasetRequest } from './dataset';
import { parseErrorBody } from './errors';
import {
  count,
  flag,
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
import { NO_OBJECT_SETTINGS, parseObjectSettings } from './object-settings';
import { parseOrigin, parseQueryRequest } from './query';

const parseFormat: Parser<'parquet' | 'csv' | 'csv.gz' | 'arrow'> = oneOf(
  'parquet',
  'csv',
  'csv.gz',
  'arrow'
);
export type ExportFormat = Parsed<typeof parseFormat>;
const parseCompression: Parser<'zstd' | 'snappy'> = oneOf('zstd', 'snappy');

/** Runs one statement to its end and writes all its rows as one object, or as a new version of a dataset. */
export const parseExportRequest = record({
  sql: text,
  params: optional(
    (value, path) =>
      parseQueryRequest({ sql: '', origin: { kind: 'export', label: '' }, params: value }, path).params,
    []
  ),
  bucket: text,
  key: text,
  /** False refuses with `object-exists` when the key is taken. The old object stays until the new one is complete. */
  overwrite: optional(flag, false),
  /** Of the object, or of a dataset's files; the key keeps the ending that it has. */
  format: optional(parseFormat, 'parquet'),
  /** Of Parquet. `snappy` is for readers that know neither zstd nor the encodings of today. */
  compression: optional(parseCompression, 'zstd'),
  /** Makes `key` the prefix of a dataset. */
  dataset: optional(nullable(parseDatasetRequest), null),
  objectSettings: optional(parseObjectSettings, NO_OBJECT_SETTINGS),
  /** Positions in `params`, from 0, whose values are not written to the manifest. */
  secretParams: optional(list(count), []),
  origin: parseOrigin,
  /** The connection profile that it runs on; null is the first one. */
  profile: optional(nullable(text), null),
  /** The id of an open snapshot that the statement sees. */
  snapshot: optional(nullable(text), null)
});
export type ExportRequest = Parsed<typeof parseExportRequest>;

export const parseExportStatus = record({
  exportId: text,
  state: oneOf('queued', 'running', 'done', 'failed', 'cancelled'),
  sql: text,
  origin: parseOrigin,
  bucket: text,
  key: text,
  /** `s3://bucket/key` */
  uri: text,
  format: optional(parseFormat, 'parquet'),
  dataset: optional(nullable(parseDatasetRequest), null),
  /** Of the dataset; its files are below `v=<version>/`. Known once rows are written. */
  version: optional(nullable(text), null),
  /** `s3://…/_manifests/….json`, once the version is committed. */
  manifest: optional(nullable(text), null),
  /** What the export is doing besides waiting: `checking`, `writing`, `copying`, `verifying`, `committing`, `tidying`. */
  phase: optional(nullable(text), null),
  /** Complete files by now. */
  files: optional(count, 0),
  /** The planner's estimate of all rows. */
  rowEstimate: optional(nullable(count), null),
  /** What the person should know of an export that went well, one sentence each. */
  warnings: optional(list(text), []),
  /** Rows read from the database by now. */
  rowsRead: count,
  /** Rows encoded by now. */
  rowsWritten: count,
  /** Bytes sent to S3 by now. */
  bytes: count,
  /** ISO 8601, UTC. */
  startedAt: text,
  elapsedMs: number,
  error: nullable(parseErrorBody)
});
export type ExportStatus = Parsed<typeof parseExportStatus>;

/** Newest first. */
export const parseExportList = record({ exports: list(parseExportStatus) });
