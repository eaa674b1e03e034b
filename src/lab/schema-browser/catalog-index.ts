import { type Catalog, type Relation } from '../../contract/catalog';
import { type RelationName } from '../tokens';

export interface IndexedRelation {
  readonly schema: string;
  readonly relation: Relation;
  /** Name, and schema and name, in lower case. */
  readonly lower: string;
  readonly qualified: string;
  readonly partitions: readonly IndexedRelation[];
}

export interface IndexedSchema {
  readonly name: string;
  readonly comment: string | null;
  readonly usable: boolean;
  /** Without the partitions, which stand below the table they are a part of. */
  readonly relations: readonly IndexedRelation[];
}

export interface CatalogIndex {
  readonly schemas: readonly IndexedSchema[];
  /** With partitions, in the order of their schemas. */
  readonly relations: readonly IndexedRelation[];
  find(name: RelationName): IndexedRelation | undefined;
}

export const NO_CATALOG: CatalogIndex = { schemas: [], relations: [], find: () => undefined };

/** The catalog as the tree shows it: by name, partitions below their table wherever that is visible. */
export function indexCatalog(catalog: Catalog): CatalogIndex {
  const partitionsOf = new Map<string, IndexedRelation[]>();
  const known = new Map<string, IndexedRelation>();
  const all = catalog.schemas.map(schema => ({
    schema,
    relations: sortedByName(schema.relations).map(relation => {
      const partitions: IndexedRelation[] = [];
      const key = relationKey(schema.name, relation.name);
      const lower = relation.name.toLowerCase();
      const qualified = `${schema.name.toLowerCase()}.${lower}`;
      const indexed = { schema: schema.name, relation, lower, qualified, partitions };
      known.set(key, indexed);
      partitionsOf.set(key, partitions);
      return indexed;
    })
  }));
  for (const { relations } of all) {
    for (const indexed of relations) {
      const parent = parentKey(indexed.relation);
      partitionsOf.get(parent ?? '')?.push(indexed);
    }
  }
  return {
    schemas: all.map(({ schema: { name, comment, usable }, relations }) => ({
      ...{ name, comment, usable },
      relations: relations.filter(({ relation }) => !known.has(parentKey(relation) ?? ''))
    })),
    relations: [...known.values()],
    find: ({ schema, relation }) => known.get(relationKey(schema, relation))
  };
}

/** One text for the two names, which may hold any character. */
const relationKey = (schema: string, relation: string): string => JSON.stringify([schema, relation]);

function parentKey({ partitionOf }: Relation): string | null {
  return partitionOf && relationKey(partitionOf.schema, partitionOf.relation);
}

function sortedByName(relations: readonly Relation[]): Relation[] {
  return [...relations].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
