import { judge } from '../../src/idle/policy';
import { type IdleSignals } from '../../src/idle/signals';
import { at, NOW, signals, withGateway, withKernel, withMachine, withTerminal, work } from './given';

const wish = (until: string) => ({ until, askedAt: at(-1) });
const kept = (until: string, changes: Partial<IdleSignals> = {}) =>
  signals({ keepAwake: wish(until), ...changes });

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
  ['a running query holds', withGateway({ queries: [work('q')] }), 'held', 120],
  ['a running export holds', withGateway({ exports: [work('e')] }), 'held', 120],
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
  [
    'a program in a terminal holds',
    withMachine({ jobs: [{ command: 'sleep', startedAt: at(-200) }] }),
    'held',
    120
  ],
  [
    'a program in a terminal that has printed nothing for over twelve hours counts as stuck',
    withMachine({ jobs: [{ command: 'sleep', startedAt: at(-750) }] }, { bootedAt: at(-900) }),
    'counting',
    90
  ],
  [
    'a long program in a terminal that prints now and then holds',
    withTerminal(at(-600), {
      bootedAt: at(-3_000),
      machine: withMachine({ jobs: [{ command: 'make', startedAt: at(-2_000) }] }).machine
    }),
    'held',
    120
  ],
  [
    'work that ended since the last check counts from that check',
    withMachine({ workSeenAt: at(-2) }),
    'counting',
    118
  ],
  ['busy processes hold', withMachine({ cpuPercent: 80 }), 'held', 120],
  ['what Jupyter itself needs is no work', withMachine({ cpuPercent: 9 }), 'stop', -180],
  ['processes that were busy count', withMachine({ cpuActiveAt: at(-20) }), 'counting', 100],
  [
    'processor time alone holds for twelve hours after the last other sign',
    withMachine({ cpuPercent: 100, cpuActiveAt: at(0), workSeenAt: at(0) }, { bootedAt: at(-719) }),
    'held',
    120
  ],
  [
    'a loop without end does not keep the instance on for ever',
    withMachine({ cpuPercent: 100, cpuActiveAt: at(0), workSeenAt: at(-121) }, { bootedAt: at(-841) }),
    'stop',
    -1
  ],
  [
    'a query without progress for over twelve hours counts as stuck',
    withGateway(
      { queries: [work('q', { startedAt: at(-800), progressAt: at(-750) })] },
      { bootedAt: at(-900) }
    ),
    'counting',
    90
  ],
  [
    'a long export that goes on holds',
    withGateway({ exports: [work('e', { startedAt: at(-2_000) })] }, { bootedAt: at(-2_500) }),
    'held',
    120
  ],
  ['a clock set forward never stops at once', withMachine({ clockSetAt: at(-1) }), 'counting', 119],
  [
    'after a clock set back, times of the old clock mean that moment',
    withGateway({ lastInputAt: at(600) }, { machine: withMachine({ clockSetAt: at(-30) }).machine }),
    'counting',
    90
  ],
  ['keep-awake holds up to its time and no longer', kept(at(30)), 'held', 30],
  ['keep-awake never shortens the time', kept(at(30), { bootedAt: at(0) }), 'held', 120],
  ['keep-awake that is over changes nothing', kept(at(-1)), 'stop', -180],
  [
    'keep-awake for longer than anybody can ask for holds nothing',
    kept('2999-01-01T00:00:00Z'),
    'stop',
    -180
  ],
  ['a garbled keep-awake holds nothing', kept('tomorrow'), 'stop', -180],
  ['keep-awake until work ends holds nothing without work', kept('work-ends'), 'stop', -180],
  [
    'keep-awake until work ends holds work of any age',
    withKernel(
      { state: 'busy', lastActivityAt: at(-900) },
      { keepAwake: wish('work-ends'), bootedAt: at(-990) }
    ),
    'held',
    120
  ],
  [
    'keep-awake until work ends is over after three days',
    withKernel(
      { state: 'busy', lastActivityAt: at(-9_000) },
      { keepAwake: { until: 'work-ends', askedAt: at(-4_321) }, bootedAt: at(-9_900) }
    ),
    'stop',
    -8_160
  ],
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
