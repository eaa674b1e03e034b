import { count, flag, list, nullable, oneOf, record, text, type Parsed } from './parse';

/** A foreign key, seen from either of its ends. `columns` and `otherColumns` belong together by position. */
const parseForeignKey = record({
  name: text,
  columns: list(text),
  other: record({ schema: text, relation: text }),
  otherColumns: list(text)
});
export type ForeignKey = Parsed<typeof parseForeignKey>;

const parseKey = record({
  name: text,
  kind: oneOf('primary', 'unique'),
  columns: list(text),
  definition: text
});

const parseIndex = record({
  name: text,
  /** The statement that makes it. */
  definition: text,
  unique: flag,
  primary: flag,
  valid: flag,
  sizeBytes: count,
  /** How often the server that answered has used it; null where that is not counted. */
  scans: nullable(count)
});

const parsePartition = record({
  schema: text,
  name: text,
  /** Such as `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`. */
  bounds: text,
  rowEstimate: nullable(count),
  sizeBytes: nullable(count)
});

/** All that is known of one relation beside its columns. */
export const parseRelationDetails = record({
  owner: text,
  comment: nullable(text),
  rowEstimate: nullable(count),
  /** With what it holds out of line; null where the relation stores nothing. */
  tableBytes: nullable(count),
  indexBytes: nullable(count),
  /** The query of a view. */
  definition: nullable(text),
  /** Such as `RANGE (created_at)`. */
  partitionKey: nullable(text),
  partitionOf: nullable(record({ schema: text, relation: text })),
  /** The part of its parent's rows that a partition holds. */
  bounds: nullable(text),
  keys: list(parseKey),
  foreignKeys: list(parseForeignKey),
  /** Foreign keys of other relations that lead here. */
  referencedBy: list(parseForeignKey),
  checks: list(record({ name: text, definition: text })),
  indexes: list(parseIndex),
  partitions: list(parsePartition),
  /** Privileges that the current role has on the whole relation, such as `SELECT`. */
  grants: list(text),
  /** Columns that it may read where it may not read the whole. */
  readableColumns: list(text)
});
export type RelationDetails = Parsed<typeof parseRelationDetails>;
