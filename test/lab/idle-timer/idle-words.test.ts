import { type Activity } from '../../../src/contract/activity';
import { type IdleVerdict } from '../../../src/idle/policy';
import { idleWords } from '../../../src/lab/idle-timer/idle-words';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);

const ACTIVITY: Activity = {
  queries: [],
  exports: [],
  lastWorkAt: null,
  lastInputAt: null,
  bootedAt: '2026-11-22T10:00:00Z',
  idleTimeoutMinutes: 120,
  stopper: 'sagemaker'
};
const verdict = (minutesLeft: number, changes: Partial<IdleVerdict> = {}): IdleVerdict => ({
  kind: 'counting',
  idleSinceMs: NOW - 60_000 * (120 - minutesLeft),
  stopsAtMs: NOW + 60_000 * minutesLeft,
  holds: [],
  lastActivity: 'terminal 1',
  notices: [],
  warnedMinutes: null,
  ...changes
});

test('the status bar says the time left, rounded up, and never the word idle', () => {
  const { status, headline, facts } = idleWords(verdict(111.2), ACTIVITY, NOW, clock);
  expect(status).toBe('Auto-stop in 1 h 52 min');
  expect(headline).toBe('This instance stops at 13:51 if nothing happens.');
  expect(facts[0]).toBe('Last sign of use: terminal 1, 8 min ago.');
  expect([status, headline, ...facts].join(' ')).not.toMatch(/\bidle\b/i);
});

test('where nothing acts on the verdict that is said, with the time it would be', () => {
  const { status, headline } = idleWords(verdict(52), { ...ACTIVITY, stopper: 'none' }, NOW, clock);
  expect(status).toBe('Auto-stop in 52 min');
  expect(headline).toBe(
    'Nothing will stop this machine: auto-stop is not installed here. On a notebook instance the time would be up at 12:52.'
  );
});

test('what holds the instance open takes the place of the last sign of use', () => {
  const held = verdict(120, {
    kind: 'held',
    holds: ['kernel “a.ipynb” is busy'],
    notices: ['Jupyter is away.']
  });
  const { holds, facts } = idleWords(held, ACTIVITY, NOW, clock);
  expect(holds).toEqual(['kernel “a.ipynb” is busy']);
  expect(facts[0]).toBe('Jupyter is away.');
});

test('time that is short stands out, time that is over is said', () => {
  expect(idleWords(verdict(4, { warnedMinutes: 5 }), ACTIVITY, NOW, clock).isNear).toBe(true);
  expect(idleWords(verdict(-3, { kind: 'stop' }), ACTIVITY, NOW, clock).status).toBe('Auto-stop is due');
});

test('without any answer of the gateway no time is made up', () => {
  const { status, facts } = idleWords(null, null, NOW, clock);
  expect(status).toBe('Auto-stop unknown');
  expect(facts).toHaveLength(1);
});
