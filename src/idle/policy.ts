import { evidenceOf, type Evidence } from './evidence';
import { type IdleSignals } from './signals';
import { parseTimestamp } from './timestamp';
import { minutesInWords } from './words';

export interface IdleVerdict {
  /** `held`: something runs. `counting`: the time runs out. `stop`: it has run out. */
  readonly kind: 'held' | 'counting' | 'stop';
  /** Since when nothing has happened; now while something holds the instance open. */
  readonly idleSinceMs: number;
  /** When it stops if nothing happens from now on. */
  readonly stopsAtMs: number;
  /** What holds the instance open, in words. */
  readonly holds: readonly string[];
  /** What happened last, in words. */
  readonly lastActivity: string;
  /** What a person should know about the signals themselves, in words. */
  readonly notices: readonly string[];
  /** The tightest of `warnAtMinutes` that has been reached, null for none. */
  readonly warnedMinutes: number | null;
}

const DEFAULT_TIMEOUT_MINUTES = 120;
export const DEFAULT_MAX_BUSY_HOURS = 12;
export const DEFAULT_WARN_AT_MINUTES: readonly number[] = [15, 5];

/**
 * Decides whether an instance is in use. Everything that happens is evidence of use up to some
 * moment; the latest such moment begins the countdown, so more activity never stops it earlier.
 */
export function judge(signals: IdleSignals): IdleVerdict {
  const { nowMs } = signals;
  const timeoutMinutes = positiveOr(signals.timeoutMinutes, DEFAULT_TIMEOUT_MINUTES);
  const maxBusyHours = positiveOr(signals.maxBusyHours, DEFAULT_MAX_BUSY_HOURS);
  const evidence = evidenceOf(signals, maxBusyHours);
  const latest = evidence.reduce(later, {
    what: 'this check, for want of any other sign',
    untilMs: Number.NEGATIVE_INFINITY
  });
  const idleSinceMs = evidence.length === 0 ? nowMs : Math.min(latest.untilMs, nowMs);
  const keepAwakeMs = parseTimestamp(signals.keepAwakeUntil) ?? Number.NEGATIVE_INFINITY;
  const stopsAtMs = Math.max(idleSinceMs + 60_000 * timeoutMinutes, keepAwakeMs);
  const holds = evidence.filter(({ untilMs }) => untilMs > nowMs).map(({ what }) => what);
  if (keepAwakeMs > nowMs) {
    holds.push('it was asked to stay on');
  }
  return {
    kind: holds.length > 0 ? 'held' : nowMs >= stopsAtMs ? 'stop' : 'counting',
    idleSinceMs,
    stopsAtMs,
    holds,
    lastActivity: latest.what,
    notices: noticesOf(signals, evidence, maxBusyHours),
    warnedMinutes: warnedMinutes(stopsAtMs - nowMs, signals.warnAtMinutes, timeoutMinutes)
  };
}

const later = (a: Evidence, b: Evidence): Evidence => (b.untilMs > a.untilMs ? b : a);

function noticesOf(signals: IdleSignals, evidence: readonly Evidence[], maxBusyHours: number): string[] {
  const away = (name: string, seen: { readonly kind: string }) =>
    seen.kind === 'unreachable' ? [`${name} does not answer, so what it does is unknown.`] : [];
  const stuck = evidence.filter(({ kernel, untilMs }) => kernel === 'busy' && untilMs <= signals.nowMs);
  return [
    ...away('Jupyter', signals.jupyter),
    ...away('The gateway', signals.gateway),
    ...stuck.map(
      ({ what }) =>
        `${what}, but has sent nothing for ${minutesInWords(60 * maxBusyHours)} and counts as stuck.`
    )
  ];
}

/** A warning longer than the timeout itself would be there from the start and warn of nothing. */
function warnedMinutes(leftMs: number, thresholds: readonly number[], timeoutMinutes: number): number | null {
  const reached = thresholds.filter(minutes => minutes < timeoutMinutes && leftMs <= 60_000 * minutes);
  return reached.length > 0 ? Math.min(...reached) : null;
}

const positiveOr = (value: number, fallback: number): number =>
  Number.isFinite(value) && value > 0 ? value : fallback;
