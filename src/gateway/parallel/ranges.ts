import type { Parameter } from '../../contract/query';

/** Pages of a table from `first` on and before `end`; the last range of a table has no end. */
export interface BlockRange {
  readonly first: number;
  readonly end: number | null;
}

/** So many ranges a connection that all end at about the same time. */
const RANGES_A_CONNECTION = 8;
/** What one statement reads at most, so that a time limit for statements still means something. */
const RANGE_BYTES = 128 * 2 ** 20;
/** No page of a table has this number (InvalidBlockNumber, src/include/storage/block.h). */
const NO_BLOCK = 4_294_967_295;

/**
 * A table of `blocks` pages cut into ranges that together hold each page once, those that are added meanwhile too.
 * `blockBytes` is the server's page size.
 */
export function blockRanges(blocks: number, blockBytes: number, connections: number): readonly BlockRange[] {
  const even = Math.ceil(blocks / (connections * RANGES_A_CONNECTION));
  const step = Math.max(1, Math.min(even, Math.floor(RANGE_BYTES / blockBytes)));
  const count = Math.max(1, Math.ceil(blocks / step));
  return Array.from({ length: count }, (_, index) => ({
    first: index * step,
    end: index === count - 1 ? null : (index + 1) * step
  }));
}

/** The range as $1 and $2 of a statement from src/sql/plain-table.ts. */
export function ctidBounds({ first, end }: BlockRange): readonly Parameter[] {
  return [`(${first},0)`, `(${end ?? NO_BLOCK},0)`];
}
