/** Of the table for one part at most: what a task that failed reads again. */
const PART_BYTES = 512 * 2 ** 20;
/** So that all sessions end at about the same time. */
const PARTS_A_SESSION = 4;

/** Conditions on the column `part_ctid` that cut a table of `blocks` pages; pages added meanwhile are in the last one. */
export function blockParts(
  blocks: number,
  blockBytes: number,
  sessions: number,
  wanted: number | null
): readonly string[] {
  const bySize = Math.ceil((blocks * blockBytes) / PART_BYTES);
  const count = Math.max(1, Math.min(blocks, wanted ?? Math.max(bySize, PARTS_A_SESSION * sessions)));
  const step = Math.ceil(blocks / count) || 1;
  const firsts = Array.from({ length: Math.max(1, Math.ceil(blocks / step)) }, (_, index) => index * step);
  return firsts.map((first, index) => {
    const next = firsts[index + 1];
    const upper = next === undefined ? '' : ` AND s.part_ctid < '(${next},0)'::tid`;
    return `s.part_ctid >= '(${first},0)'::tid${upper}`;
  });
}
