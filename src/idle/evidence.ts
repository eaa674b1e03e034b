import { keepAwakeUntilMs, LONGEST_KEEP_AWAKE_MS } from './keep-awake';
import {
  type IdleSignals,
  type KernelSignal,
  type MachineSignals,
  type Seen,
  type WorkSignal
} from './signals';
import { parseTimestamp } from './timestamp';
import { cpuInWords, jobInWords, kernelInWords, workInWords } from './words';

type HoldKind = 'kernel' | 'terminal' | 'query' | 'export' | 'processes' | 'keep-awake';

/** Something that runs, or was asked for, and for as long holds the instance open. */
export interface Hold {
  readonly kind: HoldKind;
  /** The notebook's, terminal program's, query's or export's own name; empty where there is none. */
  readonly name: string;
  /** Since when it runs, or null where nobody knows: a kernel does not tell. */
  readonly sinceMs: number | null;
  /** Read or written by now; null for what has none. */
  readonly rows: number | null;
}

/** A sign of use, in words, and the moment up to which it is one. Beyond now it holds the instance open. */
export interface Evidence {
  readonly what: string;
  readonly untilMs: number;
  /** For what runs now. */
  readonly hold: Hold | null;
}

/** The share of one processor from which the user's processes are at work. */
export const BUSY_CPU_PERCENT = 10;
/** Clocks that differ by up to this much still speak of now; further ahead, a time is an error. */
const LARGEST_SKEW_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** Every sign of use in the signals. A time that cannot be read is no sign. */
export function evidenceOf(signals: IdleSignals, maxBusyHours: number): Evidence[] {
  const reader = new EvidenceReader(signals, HOUR_MS * maxBusyHours);
  const [traces, work] = [reader.traces(), reader.work()];
  const lastSigns = [
    ...traces.map(({ untilMs }) => untilMs),
    ...work.map(({ untilMs }) => untilMs - HOUR_MS * maxBusyHours)
  ];
  // What only burns processor time has no end of its own, so it counts from the last sign of another kind.
  const processes = reader.processes(lastSigns.length > 0 ? Math.max(...lastSigns) : signals.nowMs);
  return reader.lengthened([...traces, ...work, ...processes, ...reader.endedWork()]);
}

class EvidenceReader {
  readonly #nowMs: number;
  /** A time ahead of the clock is from before the clock was set, or of a clock that runs ahead. */
  readonly #aheadMeansMs: number;

  constructor(
    private readonly signals: IdleSignals,
    private readonly longestSilenceMs: number
  ) {
    this.#nowMs = signals.nowMs;
    const setMs = parseTimestamp(signals.machine?.clockSetAt ?? null);
    this.#aheadMeansMs = setMs === null || setMs > this.#nowMs ? this.#nowMs : setMs;
  }

  /** What has been. */
  traces(): Evidence[] {
    const { bootedAt, jupyter, gateway, machine } = this.signals;
    return [
      ...this.#past('the start of the instance', bootedAt),
      ...this.#unreachable('Jupyter was last seen', jupyter),
      ...this.#unreachable('the gateway was last seen', gateway),
      ...(jupyter.kind === 'reachable'
        ? [
            ...jupyter.kernels.flatMap(({ name, lastActivityAt }) =>
              this.#past(`kernel “${name}”`, lastActivityAt)
            ),
            ...jupyter.terminals.flatMap(({ name, lastActivityAt }) =>
              this.#past(`terminal ${name}`, lastActivityAt)
            )
          ]
        : []),
      ...(gateway.kind === 'reachable'
        ? [
            ...this.#past('a query or export', gateway.lastWorkAt),
            ...this.#past('keyboard or pointer', gateway.lastInputAt)
          ]
        : []),
      ...this.#past('the setting of the clock', machine?.clockSetAt ?? null)
    ];
  }

  /** What runs and shows signs of life. */
  work(): Evidence[] {
    const { jupyter, gateway, machine } = this.signals;
    return [
      ...(jupyter.kind === 'reachable' ? jupyter.kernels.flatMap(kernel => this.#kernel(kernel)) : []),
      ...(machine?.jobs ?? []).map(job => this.#job(job)),
      ...(gateway.kind === 'reachable'
        ? [
            ...gateway.queries.map(query => this.#gatewayWork('query', query)),
            ...gateway.exports.map(running => this.#gatewayWork('export', running))
          ]
        : [])
    ];
  }

  processes(lastOtherSignMs: number): Evidence[] {
    const { machine } = this.signals;
    const percent = machine?.cpuPercent ?? 0;
    const cappedMs = lastOtherSignMs + this.longestSilenceMs;
    const past = this.#past('processor time of the user’s programs', machine?.cpuActiveAt ?? null).map(
      sign => ({ ...sign, untilMs: Math.min(sign.untilMs, cappedMs) })
    );
    if (percent < BUSY_CPU_PERCENT) {
      return past;
    }
    const hold: Hold = { kind: 'processes', name: '', sinceMs: null, rows: null };
    return [...past, { what: cpuInWords(percent), untilMs: cappedMs, hold }];
  }

  endedWork(): Evidence[] {
    return this.#past('work that has ended', this.signals.machine?.workSeenAt ?? null);
  }

  /** With a person's wish for the instance to stay on while work runs. */
  lengthened(evidence: readonly Evidence[]): Evidence[] {
    const untilMs = keepAwakeUntilMs(this.signals.keepAwake, this.#nowMs);
    return evidence.map(sign =>
      untilMs === 'work-ends' && sign.hold !== null
        ? { ...sign, untilMs: Math.max(sign.untilMs, this.#nowMs + LONGEST_KEEP_AWAKE_MS) }
        : sign
    );
  }

  #kernel({ name, state, lastActivityAt }: KernelSignal): Evidence[] {
    if (state !== 'busy') {
      return [];
    }
    const lastMs = this.#pastMs(lastActivityAt);
    const what = kernelInWords(name, this.#age(lastMs));
    return [this.#running(what, lastMs, { kind: 'kernel', name, sinceMs: null, rows: null })];
  }

  #job({ command, startedAt }: MachineSignals['jobs'][number]): Evidence {
    const sinceMs = this.#pastMs(startedAt);
    const hold: Hold = { kind: 'terminal', name: command, sinceMs, rows: null };
    return this.#running(jobInWords(command, this.#age(sinceMs)), this.#lastOutputMs(sinceMs), hold);
  }

  #gatewayWork(kind: 'query' | 'export', work: WorkSignal): Evidence {
    const sinceMs = this.#pastMs(work.startedAt);
    const hold: Hold = { kind, name: work.label, sinceMs, rows: work.rows };
    const lastMs = later(sinceMs, this.#pastMs(work.progressAt));
    return this.#running(workInWords(kind, work, this.#age(sinceMs)), lastMs, hold);
  }

  /** Work of unknown age is taken for as old as the instance can be, else for new. */
  #running(what: string, lastSignMs: number | null, hold: Hold): Evidence {
    const since = lastSignMs ?? this.#pastMs(this.signals.bootedAt) ?? this.#nowMs;
    return { what, untilMs: since + this.longestSilenceMs, hold };
  }

  /** A program in a terminal shows life by what the terminals print; which of them it runs in is not known. */
  #lastOutputMs(sinceMs: number | null): number | null {
    const { jupyter } = this.signals;
    const printed = jupyter.kind === 'reachable' ? jupyter.terminals : [];
    return printed.reduce<number | null>(
      (latest, { lastActivityAt }) => later(latest, this.#pastMs(lastActivityAt)),
      sinceMs
    );
  }

  /** What a silent source does is unknown, so idleness counts from when it was last heard at the earliest. */
  #unreachable(what: string, seen: Seen<object>): Evidence[] {
    return seen.kind === 'reachable'
      ? []
      : [{ what, untilMs: this.#pastMs(seen.since) ?? this.#nowMs, hold: null }];
  }

  #age(sinceMs: number | null): number | null {
    return sinceMs === null ? null : this.#nowMs - sinceMs;
  }

  #past(what: string, at: string | null): Evidence[] {
    const untilMs = this.#pastMs(at);
    return untilMs === null ? [] : [{ what, untilMs, hold: null }];
  }

  #pastMs(at: string | null): number | null {
    const ms = parseTimestamp(at);
    if (ms === null || ms > this.#nowMs + LARGEST_SKEW_MS) {
      return null;
    }
    return ms > this.#nowMs ? this.#aheadMeansMs : ms;
  }
}

const later = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
