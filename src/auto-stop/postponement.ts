import { type Machine } from '../contract/auto-stop';
import { type IdleVerdict } from '../idle/policy';
import { type IdleSignals } from '../idle/signals';
import { parseTimestamp } from '../idle/timestamp';
import { minutesInWords } from '../idle/words';
import { isClockSet, type Look } from './look';
import { type Memory } from './memory';

/** Checks come every minute or two, so the first one inside the window may be this late. */
const TOLERANCE_MS = 2 * 60_000;
/** Nobody saw a warning while checks were away for longer than this: the machine slept or the timer was off. */
const LONGEST_GAP_MS = 10 * 60_000;
const FIRST_RETRY_MINUTES = 2;
const LAST_RETRY_MINUTES = 60;

type Postponed = NonNullable<Machine['postponed']>;

/** What a check remembers so that a stop neither comes unannounced nor is tried for ever in vain. */
export interface Postponement {
  readonly warnedSince: string | null;
  readonly failed: Memory['failed'];
  /** Told to the status bar, so that it counts down to the same moment. */
  readonly postponed: Machine['postponed'];
}

/** `verdict` is that of the policy without any postponement. */
export function postponementOf(look: Look, verdict: IdleVerdict): Postponement {
  const since = warnedSince(look, verdict);
  const failed = verdict.kind === 'stop' ? look.memory.failed : null;
  return {
    warnedSince: since,
    failed,
    postponed: later(forWarnings(look.signals, verdict, since), forRetry(failed))
  };
}

/** After one more failure: the pauses double, up to an hour. */
export function failedAgain(
  { failed }: Postponement,
  atMs: number
): Pick<Postponement, 'failed' | 'postponed'> {
  const again = { times: (failed?.times ?? 0) + 1, at: new Date(atMs).toISOString() };
  return { failed: again, postponed: forRetry(again) };
}

/** Since when each check has found a warning due; null while none is. It begins anew after a gap or a clock that was set. */
function warnedSince(look: Look, verdict: IdleVerdict): string | null {
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

/** The first warning must have been there for as long as it is long. */
function forWarnings(signals: IdleSignals, verdict: IdleVerdict, since: string | null): Postponed | null {
  const sinceMs = parseTimestamp(since);
  const minutes = Math.max(0, ...signals.warnAtMinutes.filter(each => each < signals.timeoutMinutes));
  const untilMs = (sinceMs ?? 0) + 60_000 * minutes;
  return sinceMs === null || untilMs - verdict.stopsAtMs <= Math.min(TOLERANCE_MS, 30_000 * minutes)
    ? null
    : {
        until: new Date(untilMs).toISOString(),
        why: `The warnings come first: they must have been there for ${minutesInWords(minutes)}.`
      };
}

function forRetry(failed: Memory['failed']): Postponed | null {
  const failedMs = parseTimestamp(failed?.at ?? null);
  if (failed === null || failedMs === null) {
    return null;
  }
  const minutes = Math.min(LAST_RETRY_MINUTES, FIRST_RETRY_MINUTES * 2 ** (failed.times - 1));
  const often = failed.times === 1 ? 'once' : `${failed.times} times`;
  return {
    until: new Date(failedMs + 60_000 * minutes).toISOString(),
    why: `The stop has failed ${often} and is tried again ${minutesInWords(minutes)} later; the log says why.`
  };
}

const later = (a: Postponed | null, b: Postponed | null): Postponed | null =>
  (parseTimestamp(b?.until ?? null) ?? -Infinity) > (parseTimestamp(a?.until ?? null) ?? -Infinity) ? b : a;
