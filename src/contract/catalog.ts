import { count, flag, list, nullable, oneOf, optional, record, text, type Parsed } from './parse';

const RELATION_KINDS = [
  'table',
  'partitioned-table',
  'view',
  'materialized-view',
  'foreign-table',
  'sequence'
] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

/** What a catalog holds beside schemas and tables of people's own. */
export interface CatalogScope {
  /** `pg_catalog` and `information_schema`. */
  readonly system: boolean;
  readonly sequences: boolean;
}

/** A table or what reads like one. Estimates are the planner's; null where it has none. */
const parseRelation = record({
  name: text,
  kind: oneOf(...RELATION_KINDS),
  rowEstimate: nullable(count),
  sizeBytes: nullable(count),
  comment: nullable(text),
  /** The partitioned table this one is a partition of, where that is visible. */
  partitionOf: nullable(record({ schema: text, relation: text })),
  /** False when the current role lacks SELECT on it. */
  readable: flag
});
export type Relation = Parsed<typeof parseRelation>;

export const parseCatalog = record({
  /** ISO 8601, UTC. */
  asOf: text,
  /** The current role, which a missing grant must name; empty where it is not told. */
  role: optional(text, ''),
  /** In the order to be shown: the role's own first, those of the system last. */
  schemas: list(
    record({
      name: text,
      comment: nullable(text),
      /** The current role owns it, or is a member of the role that does. */
      owned: optional(flag, false),
      system: optional(flag, false),
      /** False when the current role lacks USAGE on it; its relations are not listed then. */
      usable: optional(flag, true),
      relations: list(parseRelation)
    })
  )
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
