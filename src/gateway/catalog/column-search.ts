import { setImmediate } from 'node:timers/promises';
import type { ColumnMatch, ColumnMatches } from '../../contract/column-search';
import { commentMatches, matchName, RANK } from '../../contract/name-match';
import type { ColumnNames } from './column-names';

const MOST_MATCHES = 100;
/** After so many names others get a turn: a search must not hold up a query's pages. */
const TURN_NAMES = 5_000;

/**
 * The columns that meet all `words` (lower case), of which a word may also be met by the name of the relation, so that
 * `order status` finds the status of orders. Rejects with the reason of `signal` once that aborts.
 */
export async function searchColumns(
  index: ColumnNames,
  words: readonly string[],
  signal: AbortSignal
): Promise<ColumnMatches> {
  if (words.length === 0) {
    return { matches: [], total: 0 };
  }
  const best = new Best();
  const inRelation = words.length > 1 ? relationMasks(index, words) : null;
  const all = 2 ** words.length - 1;
  for (const [id, name] of index.names.entries()) {
    if (id % TURN_NAMES === TURN_NAMES - 1) {
      await setImmediate();
      signal.throwIfAborted();
    }
    const { mask, score } = maskOf(name, words);
    if (mask === 0) {
      continue;
    }
    for (let at = index.starts[id]!; at < index.starts[id + 1]!; at++) {
      const holder = index.holders[at]!;
      if ((mask | (inRelation?.[holder] ?? 0)) === all) {
        best.add({ holder, name, comment: null, score: RANK.column + score / words.length });
      }
    }
  }
  for (const { comment, holder, name } of index.comments) {
    if (commentMatches(comment, words) && maskOf(name, words).mask !== all) {
      best.add({ holder, name, comment, score: RANK.comment });
    }
  }
  return { total: best.total, matches: best.sorted().map(found => toMatch(index, found)) };
}

/** Which of the words a name meets, a bit for each, and how well together. */
function maskOf(name: string, words: readonly string[]): { readonly mask: number; readonly score: number } {
  let mask = 0;
  let score = 0;
  words.forEach((word, bit) => {
    const match = matchName(name, word);
    if (match) {
      mask |= 1 << bit;
      score += match.score;
    }
  });
  return { mask, score };
}

function relationMasks({ relations }: ColumnNames, words: readonly string[]): Uint32Array {
  return Uint32Array.from(relations, ({ schema, relation }) => {
    const name = `${schema}.${relation}`.toLowerCase();
    return words.reduce((mask, word, bit) => (name.includes(word) ? mask | (1 << bit) : mask), 0);
  });
}

interface Found {
  readonly holder: number;
  readonly name: string;
  readonly comment: string | null;
  readonly score: number;
}

/** The best of many, without keeping the others. */
class Best {
  total = 0;
  #found: Found[] = [];
  #atLeast = Number.NEGATIVE_INFINITY;

  add(found: Found): void {
    this.total += 1;
    if (found.score <= this.#atLeast) {
      return;
    }
    this.#found.push(found);
    if (this.#found.length >= 4 * MOST_MATCHES) {
      this.#found = this.sorted();
      this.#atLeast = this.#found.at(-1)!.score;
    }
  }

  sorted(): Found[] {
    return this.#found.sort((a, b) => b.score - a.score).slice(0, MOST_MATCHES);
  }
}

function toMatch({ relations }: ColumnNames, { holder, name, comment, score }: Found): ColumnMatch {
  return { ...relations[holder]!, column: name, comment, score };
}
