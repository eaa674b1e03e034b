import { count, flag, list, nullable, oneOf, record, text, type Parsed } from './parse';

const RELATION_KINDS = ['table', 'partitioned-table', 'view', 'materialized-view', 'foreign-table'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

/** A table or what reads like one. Estimates are the planner's; null where it has none. */
const parseRelation = record({
  name: text,
  kind: oneOf(...RELATION_KINDS),
  rowEstimate: nullable(count),
  sizeBytes: nullable(count),
  comment: nullable(text),
  /** The partitioned table this one is a partition of. */
  partitionOf: nullable(record({ schema: text, relation: text })),
  /** False when the current role lacks SELECT on it. */
  readable: flag
});
export type Relation = Parsed<typeof parseRelation>;

export const parseCatalog = record({
  /** ISO 8601, UTC. */
  asOf: text,
  schemas: list(record({ name: text, comment: nullable(text), relations: list(parseRelation) }))
});
export type Catalog = Parsed<typeof parseCatalog>;

const parseColumn = record({
  name: text,
  /** PostgreSQL's name with modifiers, such as `numeric(12,2)`. */
  type: text,
  nullable: flag,
  default: nullable(text),
  comment: nullable(text),
  primaryKey: flag,
  references: nullable(record({ schema: text, relation: text, column: text }))
});
export type Column = Parsed<typeof parseColumn>;

export const parseColumns = record({ columns: list(parseColumn) });
