/** The candidate whose name is the fewest edits away, up to a third of the name's length; null when none is near. */
export function nearest<T>(
  name: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string
): T | null {
  const wanted = name.toLowerCase();
  let best: T | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = nameOf(candidate).toLowerCase();
    if (Math.abs(other.length - wanted.length) < least) {
      const edits = distance(wanted, other, least);
      if (edits < least) {
        least = edits;
        best = candidate;
      }
    }
  }
  return best;
}

/** Levenshtein's distance, with two neighbours that changed places as one edit; `most` and more are all the same. */
function distance(one: string, other: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let edits = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        edits = Math.min(edits, before[column - 2]! + 1);
      }
      next.push(edits);
    }
    if (Math.min(...next) >= most) {
      return most;
    }
    [before, last] = [last, next];
  }
  return last[other.length]!;
}
