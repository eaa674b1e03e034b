import { type Catalog, type Relation } from '../../contract/catalog';

export interface IndexedRelation {
  readonly schema: string;
  readonly relation: Relation;
  /** What a search looks through, in lower case. */
  readonly haystack: string;
  readonly partitions: readonly IndexedRelation[];
}

export interface IndexedSchema {
  readonly name: string;
  readonly comment: string | null;
  /** Without the partitions, which stand below the table they are a part of. */
  readonly relations: readonly IndexedRelation[];
}

/** The catalog as the tree shows it: by name, partitions below their table wherever that is visible. */
export function indexCatalog(catalog: Catalog): readonly IndexedSchema[] {
  const partitionsOf = new Map<string, IndexedRelation[]>();
  const known = new Set<string>();
  const all = catalog.schemas.map(schema => ({
    schema,
    relations: sortedByName(schema.relations).map(relation => {
      const partitions: IndexedRelation[] = [];
      const key = relationKey(schema.name, relation.name);
      known.add(key);
      partitionsOf.set(key, partitions);
      const haystack = `${schema.name}.${relation.name}\n${relation.comment ?? ''}`.toLowerCase();
      return { schema: schema.name, relation, haystack, partitions };
    })
  }));
  for (const { relations } of all) {
    for (const indexed of relations) {
      const parent = parentKey(indexed.relation);
      partitionsOf.get(parent ?? '')?.push(indexed);
    }
  }
  return all.map(({ schema, relations }) => ({
    name: schema.name,
    comment: schema.comment,
    relations: relations.filter(({ relation }) => !known.has(parentKey(relation) ?? ''))
  }));
}

/** One text for the two names, which may hold any character. */
const relationKey = (schema: string, relation: string): string => JSON.stringify([schema, relation]);

function parentKey({ partitionOf }: Relation): string | null {
  return partitionOf && relationKey(partitionOf.schema, partitionOf.relation);
}

function sortedByName(relations: readonly Relation[]): Relation[] {
  return [...relations].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
