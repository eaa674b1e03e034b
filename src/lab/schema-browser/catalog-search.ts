import { type ColumnMatch } from '../../contract/column-search';
import { commentMatches, matchAll, RANK } from '../../contract/name-match';
import { type CatalogIndex, type IndexedRelation } from './catalog-index';

/** So many relations are shown; a person who sees none of them that fits types another letter. */
const MOST_FOUND = 200;
/** A partition has the name of its table in its own, and is meant less often. */
const PARTITION_PENALTY = 45;
const QUALIFIED = -1;
/** Relations between two pauses. */
const PAUSE_AFTER = 250;

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

export const NOTHING: FoundRelations = { found: [], total: 0 };

/**
 * Finds relations by name, by the columns that the gateway found in them, and by comment, in this order. Pauses after each
 * few of them, because a large catalog takes longer than a frame.
 */
export function* searching(
  index: CatalogIndex,
  words: readonly string[],
  columns: readonly ColumnMatch[]
): Generator<void, FoundRelations> {
  const columnsOf = new Map<IndexedRelation, ColumnMatch[]>();
  for (const match of columns) {
    const indexed = index.find(match);
    if (indexed) {
      columnsOf.set(indexed, [...(columnsOf.get(indexed) ?? []), match]);
    }
  }
  const best = new Best();
  for (const [position, indexed] of index.relations.entries()) {
    if (position % PAUSE_AFTER === PAUSE_AFTER - 1) yield;
    const below = columnsOf.get(indexed) ?? NO_COLUMNS;
    const score = Math.max(scoreOf(indexed, words), below[0]?.score ?? Number.NEGATIVE_INFINITY);
    if (Number.isFinite(score)) {
      best.add({ indexed, score, columns: below });
    }
  }
  return { found: best.found, total: best.total };
}

const NO_COLUMNS: readonly ColumnMatch[] = [];

/** The first of what is added by score, and of equals the earlier ones. */
class Best {
  total = 0;
  private readonly kept: Found[] = [];
  private least = Number.NEGATIVE_INFINITY;

  add(found: Found): void {
    this.total += 1;
    if (found.score > this.least) {
      this.kept.push(found);
      if (this.kept.length >= 5 * MOST_FOUND) this.cut();
    }
  }

  get found(): readonly Found[] {
    this.cut();
    return this.kept;
  }

  private cut(): void {
    // Equals stay in the order of the catalog, because sorting is stable.
    this.kept.sort((a, b) => b.score - a.score);
    if (this.kept.length > MOST_FOUND) {
      this.kept.length = MOST_FOUND;
      this.least = this.kept.at(-1)!.score;
    }
  }
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
