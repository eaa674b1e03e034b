import { parseDatasetVersion } from './dataset';
import { count, flag, list, nullable, number, optional, record, text, type Parsed } from './parse';

/** Buckets that the role may list; only the data bucket where it may not list any. */
export const parseBuckets = record({
  buckets: list(text),
  dataBucket: nullable(text),
  /** False where the role may not list buckets, so that there may be more. */
  complete: flag
});
export type Buckets = Parsed<typeof parseBuckets>;

const parseObject = record({
  key: text,
  bytes: count,
  /** ISO 8601, UTC. */
  modifiedAt: optional(nullable(text), null)
});
export type StoredObject = Parsed<typeof parseObject>;

/** What stands directly below a prefix; prefixes end with a slash. */
export const parseFolder = record({
  prefixes: list(text),
  objects: list(parseObject),
  /** False when there is more than was listed. */
  complete: flag
});
export type Folder = Parsed<typeof parseFolder>;

const parseDataset = record({ bucket: text, prefix: text, newest: nullable(parseDatasetVersion) });
export type Dataset = Parsed<typeof parseDataset>;

/** Datasets below a prefix, each with its newest version; null when that cannot be read. */
export const parseDatasets = record({
  datasets: list(parseDataset),
  /** Files of rows that belong to no dataset: Parquet, CSV and Arrow by their endings. */
  objects: list(parseObject),
  /** False when folders or objects were left out because there are too many or they lie too deep. */
  complete: flag
});
export type Datasets = Parsed<typeof parseDatasets>;

const parsePlannedColumn = record({
  name: text,
  /** PostgreSQL's; empty for a type of the database's own, such as an enum. */
  type: text,
  /** Different values as ANALYZE saw them in the table that the column comes from; null where that is not known. */
  distinct: optional(nullable(count), null),
  lowest: optional(nullable(text), null),
  highest: optional(nullable(text), null)
});
export type PlannedColumn = Parsed<typeof parsePlannedColumn>;

/** What an export would do, asked before it is started. Null is what nobody can tell. */
export const parseExportPlan = record({
  rows: nullable(count),
  bytes: nullable(count),
  files: nullable(count),
  durationMs: nullable(number),
  /** How the objects will be encrypted, such as `bucket default (SSE-KMS, key alias/jao-dev)`. */
  encryption: nullable(text),
  /** Whether there is an object at the key. */
  objectExists: flag,
  /** The newest version of the dataset at the prefix. */
  newest: nullable(parseDatasetVersion),
  /** The columns of the statement, to choose partitions from. */
  columns: list(parsePlannedColumn),
  /** What the plan could not find out, one sentence each. */
  notes: list(text),
  /** Where Spark may run: on which machines of SageMaker, and whether on the gateway's own; null for nowhere. */
  spark: optional(
    nullable(record({ instanceTypes: list(text), mostInstances: count, here: optional(flag, false) })),
    null
  )
});
export type ExportPlan = Parsed<typeof parseExportPlan>;

/** What was deleted, or what a deletion would take. */
export const parseDeletion = record({
  objects: count,
  bytes: count,
  /** The first of their keys; empty once they are gone. */
  keys: list(text)
});
export type Deletion = Parsed<typeof parseDeletion>;

/** A version of a dataset, the newest without one, that a table of the Glue Data Catalog shall show. */
export const parseRegistration = record({
  bucket: text,
  /** The dataset's, without a slash at its end. */
  prefix: text,
  version: optional(nullable(text), null),
  database: text,
  table: text
});
export type Registration = Parsed<typeof parseRegistration>;
