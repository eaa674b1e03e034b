import { exactCount, humanBytes, humanCount, humanDuration } from '../../src/lab/human-numbers';

test.each([
  [0, '0'],
  [9_999, '9,999'],
  [42_300, '42k'],
  [999_999, '1M'],
  [4_213_880, '4.2M'],
  [99_400_000, '99M'],
  [7_000_000_000, '7B']
])('%i rows read as %s', (count, words) => expect(humanCount(count)).toBe(words));

test.each([
  [812, '812 B'],
  [3_020, '3 kB'],
  [999_999, '1 MB'],
  [1_100_000_000, '1.1 GB'],
  [380_000_000, '380 MB']
])('%i bytes read as %s', (bytes, words) => expect(humanBytes(bytes)).toBe(words));

test.each([
  [850, '850 ms'],
  [1_234, '1.2 s'],
  [59_960, '1 min'],
  [72_000, '1 min 12 s'],
  [6_720_000, '1 h 52 min'],
  [7_200_000, '2 h']
])('%i milliseconds read as %s', (ms, words) => expect(humanDuration(ms)).toBe(words));

test('the exact count has all its digits', () => expect(exactCount(4_213_880)).toBe('4,213,880'));
