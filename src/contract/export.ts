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
import { parseOrigin, parseQueryRequest } from './query';

const parseFormat: Parser<'parquet' | 'csv' | 'csv.gz' | 'arrow'> = oneOf(
  'parquet',
  'csv',
  'csv.gz',
  'arrow'
);
const parseCompression: Parser<'zstd' | 'snappy'> = oneOf('zstd', 'snappy');

/** Runs one statement to its end and writes all its rows as one object. */
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
