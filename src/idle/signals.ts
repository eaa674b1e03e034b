/** What the idle policy is told. Timestamps are ISO 8601 as their sources write them, or null where a source has none. */
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
  readonly keepAwakeUntil: string | null;
  /** Minutes without activity after which the instance stops. */
  readonly timeoutMinutes: number;
  /** Hours without a message after which a busy kernel counts as stuck. */
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
}

export interface TerminalSignal {
  readonly name: string;
  readonly lastActivityAt: string | null;
}

export interface WorkSignal {
  readonly label: string;
  readonly rows: number;
}
