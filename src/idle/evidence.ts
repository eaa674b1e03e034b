import { type IdleSignals, type KernelSignal, type Seen, type WorkSignal } from './signals';
import { parseTimestamp } from './timestamp';

/** A sign of use, in words, and the moment up to which it is one. Beyond now it holds the instance open. */
export interface Evidence {
  readonly what: string;
  readonly untilMs: number;
  readonly kernel?: 'busy';
}

/** Clocks that differ by up to this much still speak of now; further ahead, a time is an error. */
const LARGEST_SKEW_MS = 24 * 3_600_000;

/** Every sign of use in the signals. A time that cannot be read is no sign. */
export function evidenceOf(signals: IdleSignals, maxBusyHours: number): Evidence[] {
  const { jupyter, gateway } = signals;
  const past = (what: string, at: string | null) => pastEvidence(what, at, signals.nowMs);
  return [
    ...past('the start of the instance', signals.bootedAt),
    ...unreachable('Jupyter was last seen', jupyter, signals.nowMs),
    ...unreachable('the gateway was last seen', gateway, signals.nowMs),
    ...(jupyter.kind === 'reachable'
      ? [
          ...jupyter.kernels.flatMap(kernel => kernelEvidence(kernel, signals, maxBusyHours)),
          ...jupyter.terminals.flatMap(({ name, lastActivityAt }) => past(`terminal ${name}`, lastActivityAt))
        ]
      : []),
    ...(gateway.kind === 'reachable'
      ? [
          ...gateway.queries.map(query => work('query', query)),
          ...gateway.exports.map(running => work('export', running)),
          ...past('a query or export', gateway.lastWorkAt),
          ...past('keyboard or pointer', gateway.lastInputAt)
        ]
      : [])
  ];
}

function kernelEvidence(kernel: KernelSignal, signals: IdleSignals, maxBusyHours: number): Evidence[] {
  const { nowMs } = signals;
  const last = pastMs(kernel.lastActivityAt, nowMs);
  if (kernel.state !== 'busy') {
    return last === null ? [] : [{ what: `kernel “${kernel.name}”`, untilMs: last }];
  }
  // A busy kernel of unknown age is taken for as old as the instance can be, else for new.
  const since = last ?? pastMs(signals.bootedAt, nowMs) ?? nowMs;
  const what = `kernel “${kernel.name}” is busy`;
  return [{ what, untilMs: since + 3_600_000 * maxBusyHours, kernel: 'busy' }];
}

function work(kind: string, { label, rows }: WorkSignal): Evidence {
  return {
    what: `${kind} ${label} runs (${rows.toLocaleString('en-US')} rows)`,
    untilMs: Number.POSITIVE_INFINITY
  };
}

/** What a silent source does is unknown, so idleness counts from when it was last heard at the earliest. */
function unreachable(what: string, seen: Seen<object>, nowMs: number): Evidence[] {
  return seen.kind === 'reachable' ? [] : [{ what, untilMs: pastMs(seen.since, nowMs) ?? nowMs }];
}

function pastEvidence(what: string, at: string | null, nowMs: number): Evidence[] {
  const untilMs = pastMs(at, nowMs);
  return untilMs === null ? [] : [{ what, untilMs }];
}

/** A time that has been: a little in the future it is a clock that runs ahead, and means now. */
function pastMs(at: string | null, nowMs: number): number | null {
  const ms = parseTimestamp(at);
  return ms === null || ms > nowMs + LARGEST_SKEW_MS ? null : Math.min(ms, nowMs);
}
