import { parseTimestamp } from '../../src/idle/timestamp';

const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

test.each([
  ['2026-11-22T12:00:00Z', NOON],
  ['2026-11-22T12:00:00.123456Z', NOON + 123],
  ['2026-11-22T12:00:00.5+00:00', NOON + 500],
  ['2026-11-22T13:00:00+01:00', NOON],
  ['2026-11-22T06:30:00-0530', NOON],
  ['2026-11-22T12:00Z', NOON],
  ['2026-11-22 12:00:00', NOON],
  [' 2026-11-22T12:00:00z ', NOON]
])('%s is read whatever the zone of the machine', (text, ms) => expect(parseTimestamp(text)).toBe(ms));

test.each([
  null,
  '',
  'never',
  '2026-02-30T12:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-22T25:00:00Z',
  '2026-11-22',
  '1700000000'
])('%s is no time', text => expect(parseTimestamp(text)).toBeNull());
