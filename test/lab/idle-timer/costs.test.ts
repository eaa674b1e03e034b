import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Machine } from '../../../src/contract/auto-stop';
import { ContractError } from '../../../src/contract/parse';
import { costInWords, parsePrices, periodAt } from '../../../src/lab/idle-timer/costs';
import { activity } from './given';

// A Wednesday.
const NOW = new Date(2026, 10, 25, 14, 20).getTime();
const hoursAgo = (hours: number) => new Date(NOW - 3_600_000 * hours).toISOString();
const PRICES = { currency: '$', pricesPerHour: { 'ml.t3.medium': 0.05, 'ml.big': 2 } };

const told = (bootedHoursAgo: number, runs: Machine['runs'], instanceType: string | null = 'ml.t3.medium') =>
  costInWords(
    activity({
      bootedAt: hoursAgo(bootedHoursAgo),
      machine: { ...activity().machine!, instanceType, runs }
    }),
    PRICES,
    periodAt(NOW)
  );

const run = (from: number, until: number, stoppedBy: 'auto-stop' | 'unknown') => ({
  startedAt: hoursAgo(from),
  seenAt: hoursAgo(until),
  stoppedBy
});

test('the hours of today count, those of yesterday do not', () => {
  expect(told(3, [])).toBe('Today 3 h on, about $0.15; auto-stop saved about $0.00 this week.');
  expect(told(30, [])).toBe('Today 14 h 20 min on, about $0.72; auto-stop saved about $0.00 this week.');
});

test('an earlier run of today counts too, and the run that goes on counts once', () => {
  const runs = [run(6, 5, 'unknown'), run(3, 0.01, 'unknown')];
  expect(told(3, runs)).toContain('Today 4 h on, about $0.20');
});

test('saved is the time between a stop by auto-stop and the next start, this week alone', () => {
  // Stopped by auto-stop 40 hours ago and started 2 hours ago; a stop by hand in between saves nothing of ours.
  expect(told(2, [run(60, 40, 'auto-stop')], 'ml.big')).toContain('auto-stop saved about $76.00 this week');
  expect(told(2, [run(60, 40, 'unknown')], 'ml.big')).toContain('saved about $0.00');
  // Monday began 62 h 20 min ago.
  expect(told(2, [run(200, 100, 'auto-stop')], 'ml.big')).toContain('saved about $120.67 this week');
});

test('without a price the hours are told, and why there is no amount', () => {
  expect(told(3, [], 'ml.unknown')).toBe(
    'Today 3 h on. The settings of this plugin have no price for ml.unknown.'
  );
  expect(told(3, [], null)).toBe('Today 3 h on.');
});

test('nothing is told where nothing is known', () => {
  expect(costInWords(activity({ stopper: 'none' }), PRICES, periodAt(NOW))).toBe('');
  expect(costInWords(activity({ machine: null }), PRICES, periodAt(NOW))).toBe('');
});

test('times that cannot be read are left out', () => {
  const garbled = { startedAt: 'garbled', seenAt: 'too', stoppedBy: 'auto-stop' } as const;
  expect(told(3, [garbled])).toContain('Today 3 h on');
});

test('the prices in the settings are read, others are refused', () => {
  const schema = JSON.parse(
    readFileSync(path.join(__dirname, '../../../schema/idle-timer.json'), 'utf8')
  ).properties;
  const prices = parsePrices({
    currency: schema.currency.default,
    pricesPerHour: schema.pricesPerHour.default
  });
  expect(prices.pricesPerHour['ml.t3.medium']).toBeGreaterThan(0);
  expect(() => parsePrices({ currency: '$', pricesPerHour: { a: 'cheap' } })).toThrow(ContractError);
});
