import { judge } from '../../src/idle/policy';
import { type IdleSignals, type KernelSignal } from '../../src/idle/signals';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const at = (minutesFromNow: number) => new Date(NOW + 60_000 * minutesFromNow).toISOString();

const QUIET_GATEWAY = {
  kind: 'reachable',
  queries: [],
  exports: [],
  lastWorkAt: null,
  lastInputAt: null
} as const;

function signals(changes: Partial<IdleSignals> = {}): IdleSignals {
  return {
    nowMs: NOW,
    bootedAt: at(-300),
    jupyter: { kind: 'reachable', kernels: [], terminals: [] },
    gateway: QUIET_GATEWAY,
    keepAwakeUntil: null,
    timeoutMinutes: 120,
    maxBusyHours: 12,
    warnAtMinutes: [15, 5],
    ...changes
  };
}

const withKernel = (kernel: Partial<KernelSignal>, changes: Partial<IdleSignals> = {}) =>
  signals({
    jupyter: {
      kind: 'reachable',
      kernels: [{ name: 'features.ipynb', state: 'idle', lastActivityAt: null, ...kernel }],
      terminals: []
    },
    ...changes
  });

const withTerminal = (lastActivityAt: string | null) =>
  signals({
    jupyter: { kind: 'reachable', kernels: [], terminals: [{ name: '1', lastActivityAt }] }
  });

const withGateway = (changes: object, others: Partial<IdleSignals> = {}) =>
  signals({ gateway: { ...QUIET_GATEWAY, ...changes }, ...others });

/** Each case: what is told, the verdict, minutes from now until the stop. */
const CASES: [string, IdleSignals, 'held' | 'counting' | 'stop', number][] = [
  ['an instance nobody ever used counts from its start', signals({ bootedAt: at(-100) }), 'counting', 20],
  ['an instance nobody ever used stops when the time is over', signals({ bootedAt: at(-120) }), 'stop', 0],
  ['an idle kernel counts from its last message', withKernel({ lastActivityAt: at(-30) }), 'counting', 90],
  [
    'a kernel nobody joined stays starting and holds nothing',
    withKernel({ state: 'starting', lastActivityAt: at(-130) }),
    'stop',
    -10
  ],
  ['a kernel without a readable time holds nothing', withKernel({ lastActivityAt: 'garbled' }), 'stop', -180],
  ['a busy kernel holds', withKernel({ state: 'busy', lastActivityAt: at(-200) }), 'held', 120],
  [
    'a busy kernel holds with the browser closed and no time told',
    withKernel({ state: 'busy' }),
    'held',
    120
  ],
  [
    'a kernel busy for over twelve hours counts from then',
    withKernel({ state: 'busy', lastActivityAt: at(-750) }, { bootedAt: at(-900) }),
    'counting',
    90
  ],
  [
    'a stuck kernel does not keep the instance on for ever',
    withKernel({ state: 'busy', lastActivityAt: at(-900) }, { bootedAt: at(-990) }),
    'stop',
    -60
  ],
  ['a terminal counts from its last output', withTerminal(at(-10)), 'counting', 110],
  ['a terminal without a time holds nothing', withTerminal(null), 'stop', -180],
  ['keyboard and pointer count', withGateway({ lastInputAt: at(-1) }), 'counting', 119],
  ['the last query counts', withGateway({ lastWorkAt: at(-60) }), 'counting', 60],
  ['a running query holds', withGateway({ queries: [{ label: 'q', rows: 1 }] }), 'held', 120],
  ['a running export holds', withGateway({ exports: [{ label: 'e', rows: 1 }] }), 'held', 120],
  ['a naive time is UTC', withGateway({ lastInputAt: '2026-11-22T11:50:00' }), 'counting', 110],
  [
    'whole seconds are read like fractions',
    withGateway({ lastInputAt: '2026-11-22T11:50:00Z' }),
    'counting',
    110
  ],
  ['a clock that runs ahead means now', withGateway({ lastInputAt: at(90) }), 'counting', 120],
  ['a time days ahead is an error and no sign', withGateway({ lastInputAt: at(3 * 1_440) }), 'stop', -180],
  ['a start in the future means now', signals({ bootedAt: at(30) }), 'counting', 120],
  ['no sign at all never stops at once', signals({ bootedAt: null }), 'counting', 120],
  [
    'Jupyter away counts from when it was last seen',
    signals({ jupyter: { kind: 'unreachable', since: at(-20) } }),
    'counting',
    100
  ],
  [
    'Jupyter away for long does not keep the instance on',
    signals({ jupyter: { kind: 'unreachable', since: at(-121) } }),
    'stop',
    -1
  ],
  [
    'Jupyter away since nobody knows when never stops at once',
    signals({ jupyter: { kind: 'unreachable', since: null } }),
    'counting',
    120
  ],
  [
    'the gateway away counts from when it was last seen',
    signals({ gateway: { kind: 'unreachable', since: at(-20) } }),
    'counting',
    100
  ],
  ['keep-awake holds up to its time and no longer', signals({ keepAwakeUntil: at(30) }), 'held', 30],
  ['keep-awake never shortens the time', signals({ keepAwakeUntil: at(30), bootedAt: at(0) }), 'held', 120],
  ['keep-awake that is over changes nothing', signals({ keepAwakeUntil: at(-1) }), 'stop', -1],
  [
    'a timeout that is no number is the default one',
    signals({ bootedAt: at(0), timeoutMinutes: Number.NaN }),
    'counting',
    120
  ],
  ['a short timeout is kept', signals({ bootedAt: at(-9), timeoutMinutes: 10 }), 'counting', 1]
];

test.each(CASES)('%s', (_words, told, kind, minutes) => {
  const verdict = judge(told);
  expect(verdict.kind).toBe(kind);
  expect((verdict.stopsAtMs - NOW) / 60_000).toBe(minutes);
});

test('what holds the instance open is said in words', () => {
  const verdict = judge(
    withGateway(
      { exports: [{ label: 'orders.parquet', rows: 12_000 }] },
      {
        jupyter: {
          kind: 'reachable',
          kernels: [{ name: 'features.ipynb', state: 'busy', lastActivityAt: at(-12) }],
          terminals: []
        },
        keepAwakeUntil: at(10)
      }
    )
  );
  expect(verdict.holds).toEqual([
    'kernel “features.ipynb” is busy',
    'export orders.parquet runs (12,000 rows)',
    'it was asked to stay on'
  ]);
});

test('what happened last is said in words', () => {
  expect(judge(withTerminal(at(-10))).lastActivity).toBe('terminal 1');
  expect(judge(signals()).lastActivity).toBe('the start of the instance');
});

test('a stuck kernel and a silent source are told', () => {
  const { notices } = judge(
    withKernel({ state: 'busy', lastActivityAt: at(-800) }, { gateway: { kind: 'unreachable', since: null } })
  );
  expect(notices).toEqual([
    'The gateway does not answer, so what it does is unknown.',
    'kernel “features.ipynb” is busy, but has sent nothing for 12 h and counts as stuck.'
  ]);
});

test.each([
  [16, null],
  [15, 15],
  [6, 15],
  [5, 5],
  [0, 5]
])('with %i minutes left the warning is that of %s', (left, warned) => {
  expect(judge(signals({ bootedAt: at(left - 120) })).warnedMinutes).toBe(warned);
});

test('a warning longer than the timeout is never due', () => {
  expect(judge(signals({ bootedAt: at(0), timeoutMinutes: 10 })).warnedMinutes).toBeNull();
});
