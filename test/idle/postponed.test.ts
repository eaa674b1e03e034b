import { judge } from '../../src/idle/policy';
import { at, NOW, withMachine } from './given';

const until = (minutes: number) => ({ postponed: { until: at(minutes), why: 'The warnings come first.' } });

test('a stop that is postponed comes when the stopper said, and it is said why', () => {
  const { kind, stopsAtMs, warningsDue, notices } = judge(withMachine(until(4)));
  expect({ kind, stopsAtMs, warningsDue, notices }).toEqual({
    kind: 'counting',
    stopsAtMs: NOW + 4 * 60_000,
    warningsDue: [15, 5],
    notices: ['The warnings come first.']
  });
  expect(judge(withMachine(until(0)))).toMatchObject({ kind: 'stop', notices: [] });
});

test('a postponement never makes the time shorter', () => {
  const used = judge(withMachine(until(4), { bootedAt: at(-60) }));
  expect(used).toMatchObject({ stopsAtMs: NOW + 60 * 60_000, notices: [] });
});

test.each(['soon', '', at(25 * 60)])('a postponement until “%s” is an error and postpones nothing', wrong => {
  expect(judge(withMachine({ postponed: { until: wrong, why: 'why' } }))).toMatchObject({
    kind: 'stop',
    notices: []
  });
});
