import { judge } from '../../src/idle/policy';
import { at, NOW, signals, withGateway, withKernel, withMachine, withTerminal, work } from './given';

test('what holds the instance open is said in words, with its parts beside', () => {
  const { holds } = judge(
    withGateway(
      {
        exports: [work('orders.parquet', { rows: 12_000 })],
        queries: [work('slow one', { startedAt: at(0), rows: 0 })]
      },
      {
        jupyter: {
          kind: 'reachable',
          kernels: [{ name: 'features.ipynb', state: 'busy', lastActivityAt: at(-12), connections: 1 }],
          terminals: []
        },
        machine: withMachine({
          jobs: [{ command: 'python train.py', startedAt: at(-200) }],
          cpuPercent: 87.4
        }).machine,
        keepAwake: { until: at(10), askedAt: at(-20) }
      }
    )
  );
  expect(holds.map(({ words }) => words)).toEqual([
    'kernel “features.ipynb” is busy, no output for 12 min',
    'terminal runs “python train.py” for 3 h 20 min',
    'query slow one runs (0 rows)',
    'export orders.parquet runs for 3 min (12,000 rows)',
    'programs of yours use 87 % of a processor',
    'you asked it to stay on for another 10 min'
  ]);
  expect(holds.map(({ kind }) => kind)).toEqual([
    'kernel',
    'terminal',
    'query',
    'export',
    'processes',
    'keep-awake'
  ]);
  expect(holds[3]).toMatchObject({ name: 'orders.parquet', sinceMs: NOW - 180_000, rows: 12_000 });
});

test('a wish for as long as work runs is told only while work runs', () => {
  const keepAwake = { until: 'work-ends', askedAt: at(-1) };
  const { holds, keptAwakeUntil } = judge(withKernel({ state: 'busy' }, { keepAwake }));
  expect(holds.at(-1)?.words).toBe('you asked it to stay on until the running work ends');
  expect(keptAwakeUntil).toBe('work-ends');
  expect(judge(signals({ keepAwake })).keptAwakeUntil).toBeNull();
});

test('what happened last is said in words', () => {
  expect(judge(withTerminal(at(-10))).lastActivity).toBe('terminal 1');
  expect(judge(signals()).lastActivity).toBe('the start of the instance');
  expect(judge(withMachine({ workSeenAt: at(-1) })).lastActivity).toBe('work that has ended');
});

test('a stuck kernel and a silent source are told', () => {
  const { notices } = judge(
    withKernel({ state: 'busy', lastActivityAt: at(-800) }, { gateway: { kind: 'unreachable', since: null } })
  );
  expect(notices).toEqual([
    'The gateway does not answer, so what it does is unknown.',
    'kernel “features.ipynb” is busy, no output for 13 h 20 min, but has shown no sign of life for 12 h and counts as stuck.'
  ]);
});

test('processor time that no longer counts is told', () => {
  const { notices } = judge(withMachine({ cpuPercent: 100 }, { bootedAt: at(-800) }));
  expect(notices).toEqual([
    'programs of yours use 100 % of a processor, but there was no other sign of use for 12 h, so they hold nothing open.'
  ]);
});

test('a kernel that nobody joined is told', () => {
  const { notices } = judge(withKernel({ state: 'starting', connections: 0 }));
  expect(notices).toEqual(['kernel “features.ipynb” waits to be joined by a client and holds nothing open.']);
});

test.each([
  [16, []],
  [15, [15]],
  [6, [15]],
  [5, [15, 5]],
  [0, [15, 5]]
])('with %i minutes left the warnings due are %j', (left, due) => {
  expect(judge(signals({ bootedAt: at(left - 120) })).warningsDue).toEqual(due);
});

test('the end of a wish to stay on is warned of too', () => {
  expect(judge(signals({ keepAwake: { until: at(4), askedAt: at(-30) } })).warningsDue).toEqual([15, 5]);
});

test('a warning longer than the timeout is never due', () => {
  expect(judge(signals({ bootedAt: at(0), timeoutMinutes: 10 })).warningsDue).toEqual([]);
});
