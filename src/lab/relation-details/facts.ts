import { type Column, type Relation } from '../../contract/catalog';
import { type ColumnProfile } from '../../contract/column-profile';
import { type RelationDetails } from '../../contract/relation-details';
import { describeRelation } from '../../sql/describe-relation';
import { type ICatalogModel, type RelationName } from '../tokens';

/** All that the details of a relation show. */
export interface Facts {
  readonly name: RelationName;
  readonly relation: Relation;
  readonly role: string;
  readonly columns: readonly Column[];
  readonly details: RelationDetails;
  /** Empty where it was never analyzed or may not be read. */
  readonly profiles: ReadonlyMap<string, ColumnProfile>;
}

/** Reads what the catalog has not read yet. Rejects with `GatewayFailure`. */
export async function readFacts(catalog: ICatalogModel, name: RelationName): Promise<Facts> {
  const [columns, details, profiles] = await Promise.all([
    catalog.columns(name),
    catalog.details(name),
    // The profile is an extra: without it the rest stands.
    catalog.profiles(name).catch(() => [])
  ]);
  const known = catalog.catalog?.schemas
    .find(schema => schema.name === name.schema)
    ?.relations.find(relation => relation.name === name.relation);
  return {
    ...{ name, columns, details, role: catalog.catalog?.role ?? '' },
    relation: known ?? unlisted(name, details),
    profiles: new Map(profiles.map(profile => [profile.column, profile]))
  };
}

/** The relation in the words of CREATE. */
export function definitionText({ name, relation, columns, details }: Facts): string {
  const constraints = [
    ...details.keys.map(({ name: key, definition }) => ({ name: key, definition })),
    ...details.foreignKeys.map(key => ({
      name: key.name,
      definition: `FOREIGN KEY (${key.columns.join(', ')}) REFERENCES ${key.other.schema}.${key.other.relation} (${key.otherColumns.join(', ')})`
    })),
    ...details.checks
  ];
  const ofKeys = new Set(details.keys.map(key => key.name));
  return describeRelation({
    ...{ schema: name.schema, name: name.relation, columns, constraints },
    kind: KIND_WORDS[relation.kind],
    comment: details.comment,
    indexes: details.indexes.filter(index => !ofKeys.has(index.name)).map(index => index.definition),
    definition: details.definition,
    partitionKey: details.partitionKey
  });
}

const KIND_WORDS = {
  table: 'table',
  'partitioned-table': 'table',
  view: 'view',
  'materialized-view': 'materialized view',
  'foreign-table': 'foreign table',
  sequence: 'table'
} as const;

/** A relation that was made after the catalog was read. */
function unlisted({ relation: name }: RelationName, details: RelationDetails): Relation {
  const { rowEstimate, tableBytes: sizeBytes, comment, definition, grants } = details;
  return {
    ...{ name, rowEstimate, sizeBytes, comment, partitionOf: details.partitionOf },
    kind: definition === null ? 'table' : 'view',
    readable: grants.includes('SELECT')
  };
}
