import { parseDatasetVersion } from './dataset';
import { count, flag, list, nullable, number, record, text, type Parsed } from './parse';

/** Buckets that the role may list; only the data bucket where it may not list any. */
export const parseBuckets = record({
  buckets: list(text),
  dataBucket: nullable(text),
  /** False where the role may not list buckets, so that there may be more. */
  complete: flag
});
export type Buckets = Parsed<typeof parseBuckets>;

/** What stands directly below a prefix; prefixes end with a slash. */
export const parseFolder = record({
  prefixes: list(text),
  objects: list(record({ key: text, bytes: count })),
  /** False when there is more than was listed. */
  complete: flag
});
export type Folder = Parsed<typeof parseFolder>;

/** Datasets below a prefix, each with its newest version; null when that cannot be read. */
export const parseDatasets = record({
  datasets: list(record({ bucket: text, prefix: text, newest: nullable(parseDatasetVersion) })),
  /** False when folders were left unvisited because there are too many or they lie too deep. */
  complete: flag
});
export type Datasets = Parsed<typeof parseDatasets>;

/** What an export would do, asked before it is started. Null is what nobody can tell. */
export const parseExportPlan = record({
  rows: nullable(count),
  bytes: nullable(count),
  files: nullable(count),
  durationMs: nullable(number),
  /** Such as `SSE-KMS, key alias/jao-dev`; how the bucket encrypts by default. */
  encryption: nullable(text),
  /** Whether there is an object at the key. */
  objectExists: flag,
  /** The newest version of the dataset at the prefix. */
  newest: nullable(parseDatasetVersion),
  /** The columns of the statement, to choose partitions from. */
  columns: list(record({ name: text, type: text })),
  /** What the plan could not find out, one sentence each. */
  notes: list(text)
});
export type ExportPlan = Parsed<typeof parseExportPlan>;

/** What was deleted. */
export const parseDeletion = record({ objects: count, bytes: count });
export type Deletion = Parsed<typeof parseDeletion>;
