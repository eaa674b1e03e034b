/** How well a text meets a word of a search. Ranges are of the text, end exclusive, in order. */
export interface NameMatch {
  readonly score: number;
  readonly ranges: readonly (readonly [number, number])[];
}

/** What kind of thing was met outweighs how well: a name, then a column's name, then a comment. */
export const RANK = { relation: 300, column: 200, comment: 100 } as const;

const EXACT = 99;
const PREFIX = 80;
const WORD_START = 60;
const INSIDE = 40;
const SCATTERED = 20;
/** Letters that a name may have between those of a scattered word. */
const MOST_GAPS = 12;

/** The words of a search, in lower case. */
export function searchWords(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * How a name meets one word in lower case: as it is, as its beginning, at the start of a part (`created_at` by `at`),
 * inside, or with its letters in order and others between them, the first at the start of a part (`usracc` for
 * `user_account`). Null when it does not. Shorter names score higher. Who searches often gives `lower`, the name in lower case.
 */
export function matchName(name: string, word: string, lower = name.toLowerCase()): NameMatch | null {
  const at = bestPosition(lower, word);
  if (at >= 0) {
    const tier =
      lower.length === word.length ? EXACT : at === 0 ? PREFIX : isPartStart(lower, at) ? WORD_START : INSIDE;
    return {
      score: tier - Math.min(15, (lower.length - word.length) / 4),
      ranges: lower.length === name.length ? [[at, at + word.length]] : []
    };
  }
  // Most names lack one of the letters, which is told soonest of all.
  return word.length < 3 || !hasLetters(lower, word)
    ? null
    : matchScattered(lower, word, lower.length === name.length);
}

/** How a name meets all the words; null when it misses one. */
export function matchAll(
  name: string,
  words: readonly string[],
  lower = name.toLowerCase()
): NameMatch | null {
  let score = 0;
  const ranges: (readonly [number, number])[] = [];
  for (const word of words) {
    const match = matchName(name, word, lower);
    if (!match) {
      return null;
    }
    score += match.score / words.length;
    ranges.push(...match.ranges);
  }
  return { score, ranges: merged(ranges) };
}

/** The parts of a name that any of the words meets. */
export function metRanges(name: string, words: readonly string[]): NameMatch['ranges'] {
  return merged(words.flatMap(word => matchName(name, word)?.ranges ?? []));
}

/** Whether a comment holds all the words, as they are. */
export function commentMatches(comment: string | null, words: readonly string[]): boolean {
  if (comment === null) {
    return false;
  }
  const lower = comment.toLowerCase();
  return words.every(word => lower.includes(word));
}

/** The first place at the start of a part, else the first place; -1 when the word is not in it. */
function bestPosition(lower: string, word: string): number {
  const first = lower.indexOf(word);
  for (let at = first; at >= 0; at = lower.indexOf(word, at + 1)) {
    if (isPartStart(lower, at)) {
      return at;
    }
  }
  return first;
}

function isPartStart(lower: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(lower[at - 1]!);
}

function hasLetters(lower: string, word: string): boolean {
  let from = -1;
  for (let letter = 0; letter < word.length; letter++) {
    from = lower.indexOf(word[letter]!, from + 1);
    if (from < 0) {
      return false;
    }
  }
  return true;
}

function matchScattered(lower: string, word: string, keepsPositions: boolean): NameMatch | null {
  for (let start = lower.indexOf(word[0]!); start >= 0; start = lower.indexOf(word[0]!, start + 1)) {
    if (!isPartStart(lower, start)) {
      continue;
    }
    const ranges: [number, number][] = [[start, start + 1]];
    let gaps = 0;
    let from = start + 1;
    for (let letter = 1; letter < word.length; letter++) {
      const at = lower.indexOf(word[letter]!, from);
      if (at < 0) {
        return null;
      }
      gaps += at - from;
      const last = ranges.at(-1)!;
      if (at === last[1]) {
        last[1] = at + 1;
      } else {
        ranges.push([at, at + 1]);
      }
      from = at + 1;
    }
    if (gaps <= MOST_GAPS) {
      return { score: SCATTERED - gaps, ranges: keepsPositions ? ranges : [] };
    }
  }
  return null;
}

function merged(ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else {
      result.push([start, end]);
    }
  }
  return result;
}
