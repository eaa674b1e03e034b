import { type KeepAwakeSignal } from './signals';
import { parseTimestamp } from './timestamp';

/** Stands in place of a time: the instance stays on for as long as something runs. */
export const WORK_ENDS = 'work-ends';
/** Nobody can keep an instance on for longer than this by asking once. */
export const LONGEST_KEEP_AWAKE_MS = 72 * 3_600_000;

/**
 * Up to when a person's wish holds, as milliseconds or as `work-ends`; null when there is none, when it is over
 * or when it cannot be read. A time further ahead than anybody can ask for is an error and holds nothing.
 */
export function keepAwakeUntilMs(wish: KeepAwakeSignal | null, nowMs: number): number | 'work-ends' | null {
  if (wish === null) {
    return null;
  }
  if (wish.until === WORK_ENDS) {
    const askedMs = parseTimestamp(wish.askedAt);
    return askedMs !== null && Math.abs(nowMs - askedMs) <= LONGEST_KEEP_AWAKE_MS ? WORK_ENDS : null;
  }
  const untilMs = parseTimestamp(wish.until);
  return untilMs !== null && untilMs > nowMs && untilMs <= nowMs + LONGEST_KEEP_AWAKE_MS ? untilMs : null;
}
