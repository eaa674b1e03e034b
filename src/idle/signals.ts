/**
 * What the idle policy is told. Timestamps are ISO 8601 as their sources write them, or null where a
 * source has none; one that cannot be read is no sign of use.
 */
export interface IdleSignals {
  readonly nowMs: number;
  readonly bootedAt: string | null;
  readonly jupyter: Seen<{
    readonly kernels: readonly KernelSignal[];
    readonly terminals: readonly TerminalSignal[];
  }>;
  readonly gateway: Seen<{
    readonly queries: readonly WorkSignal[];
    readonly exports: readonly WorkSignal[];
    /** When a query or export last ran. */
    readonly lastWorkAt: string | null;
    /** When a person last used keyboard or pointer. */
    readonly lastInputAt: string | null;
  }>;
  /** What the stopper saw on the machine; null where nothing watches it. */
  readonly machine: MachineSignals | null;
  readonly keepAwake: KeepAwakeSignal | null;
  /** Minutes without activity after which the instance stops. */
  readonly timeoutMinutes: number;
  /** Hours without a sign of life after which busy work counts as stuck. */
  readonly maxBusyHours: number;
  /** Minutes before the stop at which a person is warned. */
  readonly warnAtMinutes: readonly number[];
}

/** What a source said, or since when it does not answer: the last time it did, or when asking began. */
export type Seen<T> =
  ({ readonly kind: 'reachable' } & T) | { readonly kind: 'unreachable'; readonly since: string | null };

export interface KernelSignal {
  /** The notebook's name, or the kernel's where it has no notebook. */
  readonly name: string;
  /** Jupyter's `execution_state`. */
  readonly state: string;
  readonly lastActivityAt: string | null;
  /** Clients that have joined the kernel; null where Jupyter does not say. */
  readonly connections: number | null;
}

interface TerminalSignal {
  readonly name: string;
  /** When it last printed something. */
  readonly lastActivityAt: string | null;
}

/** A query or an export that runs. */
export interface WorkSignal {
  readonly label: string;
  readonly rows: number;
  readonly startedAt: string | null;
  /** When its rows last grew in number. */
  readonly progressAt: string | null;
}

export interface MachineSignals {
  /** Programs that run in terminals, the shells themselves left out. */
  readonly jobs: readonly { readonly command: string; readonly startedAt: string | null }[];
  /** Of one processor, by the user's processes without the Jupyter server and the gateway, since the check before; null at the first. */
  readonly cpuPercent: number | null;
  /** When a check last found `cpuPercent` at `BUSY_CPU_PERCENT` or above. */
  readonly cpuActiveAt: string | null;
  /** When a check last found the instance held open by work: what ended since has left no other trace. */
  readonly workSeenAt: string | null;
  /** When the clock was last set by more than a little, as the clock says since; null when it never was. */
  readonly clockSetAt: string | null;
  /** Up to when the stopper waits although the time is up, and why, in a sentence; null when it does not. */
  readonly postponed: { readonly until: string; readonly why: string } | null;
}

/** A person asked for the instance to stay on. */
export interface KeepAwakeSignal {
  /** A time, or `work-ends`: for as long as something runs, however long it takes. */
  readonly until: string;
  readonly askedAt: string | null;
}
