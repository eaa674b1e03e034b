import { type ColumnMatch } from '../../contract/column-search';
import { commentMatches, matchAll, RANK } from '../../contract/name-match';
import { type CatalogIndex, type IndexedRelation } from './catalog-index';

/** So many relations are shown; a person who sees none of them that fits types another letter. */
const MOST_FOUND = 200;
/** A partition has the name of its table in its own, and is meant less often. */
const PARTITION_PENALTY = 45;
const QUALIFIED = -1;

export interface Found {
  readonly indexed: IndexedRelation;
  readonly score: number;
  /** The columns that the search met. */
  readonly columns: readonly ColumnMatch[];
}

export interface FoundRelations {
  /** The best first. */
  readonly found: readonly Found[];
  readonly total: number;
}

/** Relations by name, by the columns that the gateway found in them, and by comment, in this order. */
export function searchCatalog(
  index: CatalogIndex,
  words: readonly string[],
  columns: readonly ColumnMatch[]
): FoundRelations {
  const columnsOf = new Map<IndexedRelation, ColumnMatch[]>();
  for (const match of columns) {
    const indexed = index.find(match);
    if (indexed) {
      columnsOf.set(indexed, [...(columnsOf.get(indexed) ?? []), match]);
    }
  }
  const found: Found[] = [];
  for (const indexed of index.relations) {
    const below = columnsOf.get(indexed) ?? [];
    const score = Math.max(scoreOf(indexed, words), below[0]?.score ?? Number.NEGATIVE_INFINITY);
    if (Number.isFinite(score)) {
      found.push({ indexed, score, columns: below });
    }
  }
  // Equals stay in the order of the catalog, because sorting is stable.
  found.sort((a, b) => b.score - a.score);
  return { found: found.slice(0, MOST_FOUND), total: found.length };
}

function scoreOf({ relation, lower, qualified }: IndexedRelation, words: readonly string[]): number {
  const name = matchAll(relation.name, words, lower);
  if (name) {
    return RANK.relation + name.score - (relation.partitionOf ? PARTITION_PENALTY : 0);
  }
  if (words.every(word => qualified.includes(word))) {
    return RANK.relation + QUALIFIED;
  }
  return commentMatches(relation.comment, words) ? RANK.comment : Number.NEGATIVE_INFINITY;
}
