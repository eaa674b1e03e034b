import {
  type IdleSignals,
  type KernelSignal,
  type MachineSignals,
  type WorkSignal
} from '../../src/idle/signals';

export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
export const at = (minutesFromNow: number) => new Date(NOW + 60_000 * minutesFromNow).toISOString();

const QUIET_GATEWAY = {
  kind: 'reachable',
  queries: [],
  exports: [],
  lastWorkAt: null,
  lastInputAt: null
} as const;

const QUIET_MACHINE: MachineSignals = {
  jobs: [],
  cpuPercent: 1,
  cpuActiveAt: null,
  workSeenAt: null,
  clockSetAt: null,
  postponed: null
};

/** An instance that runs for five hours and that nobody has used. */
export function signals(changes: Partial<IdleSignals> = {}): IdleSignals {
  return {
    nowMs: NOW,
    bootedAt: at(-300),
    jupyter: { kind: 'reachable', kernels: [], terminals: [] },
    gateway: QUIET_GATEWAY,
    machine: QUIET_MACHINE,
    keepAwake: null,
    timeoutMinutes: 120,
    maxBusyHours: 12,
    warnAtMinutes: [15, 5],
    ...changes
  };
}

export const withKernel = (kernel: Partial<KernelSignal>, changes: Partial<IdleSignals> = {}) =>
  signals({
    jupyter: {
      kind: 'reachable',
      kernels: [{ name: 'features.ipynb', state: 'idle', lastActivityAt: null, connections: 1, ...kernel }],
      terminals: []
    },
    ...changes
  });

export const withTerminal = (lastActivityAt: string | null, changes: Partial<IdleSignals> = {}) =>
  signals({
    jupyter: { kind: 'reachable', kernels: [], terminals: [{ name: '1', lastActivityAt }] },
    ...changes
  });

export const withGateway = (changes: object, others: Partial<IdleSignals> = {}) =>
  signals({ gateway: { ...QUIET_GATEWAY, ...changes }, ...others });

export const withMachine = (changes: Partial<MachineSignals>, others: Partial<IdleSignals> = {}) =>
  signals({ machine: { ...QUIET_MACHINE, ...changes }, ...others });

export const work = (label: string, changes: Partial<WorkSignal> = {}): WorkSignal => ({
  label,
  rows: 1,
  startedAt: at(-3),
  progressAt: at(-1),
  ...changes
});
