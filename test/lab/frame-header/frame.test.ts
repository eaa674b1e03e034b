import { frameLine, parseFrame } from '../../../src/lab/frame-header/frame';

const TOLD = {
  rows: 4213880,
  truncated: false,
  elapsedMs: 1923.4,
  asOf: '2026-01-02T10:04:31Z',
  profile: 'prod',
  sql: 'SELECT 1',
  parameters: [{ name: 'status', value: 'paid' }]
};

it('says rows, duration, moment and profile, and the exact values in the hint', () => {
  const { text, hint } = frameLine(parseFrame(TOLD));
  expect(text).toMatch(/^4,213,880 rows · 1\.9 s · as of 2026-01-02 \d\d:04:31 · prod$/);
  expect(hint).toBe('1,923 ms\nThe statement began at 2026-01-02T10:04:31Z.');
});

it('leaves the day away for what was asked today', () => {
  const { text } = frameLine(parseFrame({ ...TOLD, rows: 1, asOf: new Date().toISOString(), profile: null }));
  expect(text).toMatch(/^1 row · 1\.9 s · as of \d\d:\d\d:\d\d$/);
});

it('says that a limit cut the rows', () => {
  const { text, hint } = frameLine(parseFrame({ ...TOLD, rows: 100, truncated: true }));
  expect(text).toMatch(/^first 100 rows · /);
  expect(hint).toContain('A limit cut the result after 100 rows.');
});

it('says what is known of a frame that another version told less of', () => {
  expect(frameLine(parseFrame({ rows: 3 })).text).toBe('3 rows');
  expect(frameLine(parseFrame({ rows: 3, asOf: 'yesterday' })).text).toBe('3 rows');
});
