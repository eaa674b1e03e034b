import { type IdleVerdict } from '../idle/policy';
import { type IdleSignals } from '../idle/signals';
import { parseTimestamp } from '../idle/timestamp';
import { isClockSet, type Look } from './look';

/** Checks come every minute or two, so the first one inside the window may be this late. */
const TOLERANCE_MS = 2 * 60_000;
/** Nobody saw a warning while checks were away for longer than this: the machine slept or the timer was off. */
const LONGEST_GAP_MS = 10 * 60_000;

/** Since when each check has found a warning due; null while none is. It begins anew after a gap or a clock that was set. */
export function warnedSince(look: Look, verdict: IdleVerdict): string | null {
  const { before, memory, uptimeMs, signals } = look;
  if (verdict.kind === 'held' || (verdict.warningsDue.length === 0 && verdict.kind !== 'stop')) {
    return null;
  }
  const isUnbroken =
    before !== null &&
    uptimeMs - before.uptimeMs <= LONGEST_GAP_MS &&
    !isClockSet(before, signals.nowMs, uptimeMs);
  return (isUnbroken ? before.warnedSince : null) ?? memory.checkedAt;
}

/** How much longer the warnings must be there before a stop; 0 when they were there for long enough. */
export function warningLeftMs(signals: IdleSignals, since: string | null): number {
  const longestMinutes = Math.max(
    0,
    ...signals.warnAtMinutes.filter(minutes => minutes < signals.timeoutMinutes)
  );
  const shownMs = signals.nowMs - (parseTimestamp(since) ?? signals.nowMs);
  const leftMs = 60_000 * longestMinutes - shownMs;
  return leftMs > Math.min(TOLERANCE_MS, 30_000 * longestMinutes) ? leftMs : 0;
}
