import { type Activity } from '../../../src/contract/activity';
import { type HeldBy, type IdleVerdict } from '../../../src/idle/policy';
import { idleWords } from '../../../src/lab/idle-timer/idle-words';
import { activity } from './given';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);

const verdict = (minutesLeft: number, changes: Partial<IdleVerdict> = {}): IdleVerdict => ({
  kind: 'counting',
  idleSinceMs: NOW - 60_000 * (120 - minutesLeft),
  stopsAtMs: NOW + 60_000 * minutesLeft,
  holds: [],
  lastActivity: 'terminal 1',
  notices: [],
  warningsDue: [],
  keptAwakeUntil: null,
  ...changes
});

const KERNEL: HeldBy = {
  kind: 'kernel',
  name: 'a.ipynb',
  sinceMs: null,
  rows: null,
  words: 'kernel “a.ipynb” is busy'
};

const words = (told: IdleVerdict, changes: Partial<Activity> = {}, hasStopper = true) =>
  idleWords({ verdict: told, activity: activity(changes), hasAsked: true, hasStopper, nowMs: NOW }, clock);

test('the status bar says the time left, rounded up, and never the word idle', () => {
  const { status, headline, facts } = words(verdict(111.2));
  expect(status).toBe('Auto-stop in 1 h 52 min');
  expect(headline).toBe('This instance stops at 13:51 if nothing happens.');
  expect(facts[0]).toBe('Last sign of use: terminal 1, 8 min ago.');
  expect([status, headline, ...facts].join(' ')).not.toMatch(/\bidle\b/i);
});

test('where nothing acts on the verdict that is said, with the time it would be, and nothing is offered', () => {
  const { status, headline, canKeep, isNear } = words(verdict(12, { warningsDue: [15] }), {
    stopper: 'none'
  });
  expect(status).toBe('Auto-stop in 12 min (not here)');
  expect(headline).toBe(
    'Nothing will stop this machine: auto-stop is not installed here. On a notebook instance the time would be up at 12:12.'
  );
  expect([canKeep, isNear]).toEqual([false, false]);
});

test('what holds the instance open takes the place of the last sign of use', () => {
  const held = words(verdict(120, { kind: 'held', holds: [KERNEL], notices: ['Jupyter is away.'] }));
  expect(held.holds).toEqual(['kernel “a.ipynb” is busy']);
  expect(held.headline).toBe('This instance is in use and would stop at 14:00 at the earliest.');
  expect(held.facts[0]).toBe('Jupyter is away.');
});

test('time that is short stands out, time that is over is said', () => {
  expect(words(verdict(4, { warningsDue: [15, 5] })).isNear).toBe(true);
  expect(words(verdict(-3, { kind: 'stop' })).status).toBe('Auto-stop is due');
});

test('a wish to stay on is told with its end', () => {
  expect(words(verdict(30, { keptAwakeUntil: NOW + 1_800_000 })).kept).toBe(
    'Kept alive until 12:30 at least.'
  );
  expect(words(verdict(30, { keptAwakeUntil: 'work-ends' })).kept).toBe(
    'Kept alive until the running work ends.'
  );
  expect(words(verdict(30)).kept).toBe('');
});

test('an auto-stop program that does not look any more is told', () => {
  const machine = { ...activity().machine!, checkedAt: new Date(NOW - 3_600_000).toISOString() };
  expect(words(verdict(30), { machine }, false).facts).toContain(
    'The auto-stop program last looked at this machine 1 h ago, so it may not stop at all. Run its doctor in a terminal.'
  );
  expect(words(verdict(30), { machine: null }, false).facts).toContain(
    'The auto-stop program has not looked at this machine yet, so the time left is not certain.'
  );
});

test('a stop that has been announced is told before anything else', () => {
  const { status, headline } = words(verdict(-1, { kind: 'stop' }), { stoppingAt: '2026-11-22T12:00:00Z' });
  expect([status, headline]).toEqual(['Auto-stop now', 'This instance is stopping.']);
});

test('before any answer it asks, without any answer of the gateway no time is made up', () => {
  const nothing = { verdict: null, activity: null, hasStopper: false, nowMs: NOW };
  expect(idleWords({ ...nothing, hasAsked: false }, clock).status).toBe('Auto-stop …');
  const { status, facts } = idleWords({ ...nothing, hasAsked: true }, clock);
  expect(status).toBe('Auto-stop unknown');
  expect(facts).toHaveLength(1);
});
