import { evidenceOf, type Evidence, type Hold } from './evidence';
import { keepAwakeUntilMs, WORK_ENDS } from './keep-awake';
import { type IdleSignals } from './signals';
import { parseTimestamp } from './timestamp';
import { minutesInWords, timeLeftInWords } from './words';

export interface IdleVerdict {
  /** `held`: something runs, or a person asked for more time. `counting`: the time runs out. `stop`: it has run out. */
  readonly kind: 'held' | 'counting' | 'stop';
  /** Since when nothing has happened; now while something runs. */
  readonly idleSinceMs: number;
  /** When it stops if nothing happens from now on. */
  readonly stopsAtMs: number;
  /** What holds the instance open. */
  readonly holds: readonly HeldBy[];
  /** What happened last, in words. */
  readonly lastActivity: string;
  /** What a person should know about the signals themselves, in words. */
  readonly notices: readonly string[];
  /** The minutes of each warning that is due, most minutes first. */
  readonly warningsDue: readonly number[];
  /** A person's wish as far as it holds: a time, `work-ends` while something runs, or null. */
  readonly keptAwakeUntil: number | 'work-ends' | null;
}

/** A hold in words that popup, log and command line share. */
export type HeldBy = Hold & { readonly words: string };

const DEFAULT_TIMEOUT_MINUTES = 120;
export const DEFAULT_MAX_BUSY_HOURS = 12;
export const DEFAULT_WARN_AT_MINUTES: readonly number[] = [15, 5];
const LONGEST_POSTPONEMENT_MS = 24 * 3_600_000;

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
    untilMs: Number.NEGATIVE_INFINITY,
    hold: null
  });
  const idleSinceMs = evidence.length === 0 ? nowMs : Math.min(latest.untilMs, nowMs);
  const running = evidence.flatMap(({ hold, untilMs, what }) =>
    hold && untilMs > nowMs ? [{ ...hold, words: what }] : []
  );
  const wish = keepAwakeUntilMs(signals.keepAwake, nowMs);
  const keptAwakeUntil = wish === WORK_ENDS && running.length === 0 ? null : wish;
  const isUpAtMs = Math.max(
    idleSinceMs + 60_000 * timeoutMinutes,
    typeof keptAwakeUntil === 'number' ? keptAwakeUntil : Number.NEGATIVE_INFINITY
  );
  const { untilMs, why } = postponement(signals);
  const stopsAtMs = Math.max(isUpAtMs, untilMs);
  const holds = [...running, ...wishInWords(keptAwakeUntil, nowMs)];
  return {
    kind: holds.length > 0 ? 'held' : nowMs >= stopsAtMs ? 'stop' : 'counting',
    idleSinceMs,
    stopsAtMs,
    holds,
    lastActivity: latest.what,
    notices: [
      ...(stopsAtMs > Math.max(isUpAtMs, nowMs) ? [why] : []),
      ...noticesOf(signals, evidence, maxBusyHours)
    ],
    warningsDue: warningsDue(stopsAtMs - nowMs, signals.warnAtMinutes, timeoutMinutes),
    keptAwakeUntil
  };
}

/** A time further ahead than any stopper waits is an error and postpones nothing. */
function postponement({ machine, nowMs }: IdleSignals): { readonly untilMs: number; readonly why: string } {
  const { until, why } = machine?.postponed ?? { until: null, why: '' };
  const untilMs = parseTimestamp(until) ?? Number.NEGATIVE_INFINITY;
  return { untilMs: untilMs <= nowMs + LONGEST_POSTPONEMENT_MS ? untilMs : Number.NEGATIVE_INFINITY, why };
}

const later = (a: Evidence, b: Evidence): Evidence => (b.untilMs > a.untilMs ? b : a);

function wishInWords(until: number | 'work-ends' | null, nowMs: number): HeldBy[] {
  if (until === null) {
    return [];
  }
  const words =
    until === WORK_ENDS
      ? 'you asked it to stay on until the running work ends'
      : `you asked it to stay on for another ${timeLeftInWords(until - nowMs)}`;
  return [{ kind: 'keep-awake', name: '', sinceMs: null, rows: null, words }];
}

function noticesOf(signals: IdleSignals, evidence: readonly Evidence[], maxBusyHours: number): string[] {
  const { jupyter, nowMs } = signals;
  const away = (name: string, seen: { readonly kind: string }) =>
    seen.kind === 'unreachable' ? [`${name} does not answer, so what it does is unknown.`] : [];
  const stuck = evidence.filter(({ hold, untilMs }) => hold !== null && untilMs <= nowMs);
  const unjoined = jupyter.kind === 'reachable' ? jupyter.kernels.filter(isUnjoined) : [];
  return [
    ...away('Jupyter', jupyter),
    ...away('The gateway', signals.gateway),
    ...stuck.map(({ what, hold }) =>
      hold?.kind === 'processes'
        ? `${what}, but there was no other sign of use for ${minutesInWords(60 * maxBusyHours)}, so they hold nothing open.`
        : `${what}, but has shown no sign of life for ${minutesInWords(60 * maxBusyHours)} and counts as stuck.`
    ),
    ...unjoined.map(({ name }) => `kernel “${name}” waits to be joined by a client and holds nothing open.`)
  ];
}

const isUnjoined = ({
  state,
  connections
}: {
  readonly state: string;
  readonly connections: number | null;
}) => state === 'starting' && connections === 0;

/** A warning longer than the timeout itself would be there from the start and warn of nothing. */
function warningsDue(leftMs: number, thresholds: readonly number[], timeoutMinutes: number): number[] {
  return thresholds
    .filter(minutes => minutes < timeoutMinutes && leftMs <= 60_000 * minutes)
    .sort((a, b) => b - a);
}

const positiveOr = (value: number, fallback: number): number =>
  Number.isFinite(value) && value > 0 ? value : fallback;
