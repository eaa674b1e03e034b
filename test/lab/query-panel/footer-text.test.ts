import { type QueryStatus } from '../../../src/contract/query';
import { footerText } from '../../../src/lab/query-panel/footer-text';

const status: QueryStatus = {
  queryId: 'q1',
  state: 'done',
  sql: 'select',
  origin: { kind: 'panel', label: '' },
  profile: null,
  fields: [{ name: 'id', type: 'integer', arrow: 'int32' }],
  rows: 48,
  bytes: 3_000,
  truncated: false,
  rowEstimate: null,
  startedAt: '2026-01-01T12:00:00Z',
  firstRowMs: 900,
  elapsedMs: 1_200,
  command: 'SELECT 48',
  queuePosition: null,
  generation: 1,
  asOf: null,
  lagMs: null,
  snapshot: null,
  parallel: null,
  notices: [],
  spoolPath: null,
  error: null
};

const done = (change: Partial<QueryStatus>) =>
  footerText({ kind: 'done', status: { ...status, ...change } }, 0);

it('says how many rows came, how fast and how large', () => {
  expect(done({}).text).toBe('48 rows · 1.2 s (first row 900 ms) · 3 kB');
  expect(done({ rows: 1 }).text).toMatch(/^1 row ·/);
  expect(done({}).isCut).toBe(false);
});

it('says where rows were cut, an estimate as such', () => {
  const cut = done({ rows: 10_000, truncated: true, rowEstimate: 4_213_880 });
  expect(cut.text).toMatch(/^10,000 of about 4\.2M rows \(planner's estimate\) ·/);
  expect(cut.hint).toContain('about 4,213,880 rows in all');
  expect(cut.isCut).toBe(true);
});

it('never estimates fewer rows than there are', () => {
  expect(done({ rows: 10_000, truncated: true, rowEstimate: 200 }).text).toMatch(/^The first 10,000 rows ·/);
  expect(done({ rows: 10_000, truncated: true }).text).toMatch(/^The first 10,000 rows ·/);
});

it('counts up while rows come', () => {
  expect(footerText({ kind: 'running', status: { ...status, rows: 12_000 } }, 2_300).text).toBe(
    '12,000 rows so far · 2.3 s'
  );
});

it('says that a statement was stopped, and after how much', () => {
  expect(footerText({ kind: 'stopping', status }, 0).text).toMatch(/^Stopping in the server…/);
  expect(footerText({ kind: 'cancelled', status }, 0).text).toBe('Stopped after 48 rows · 1.2 s');
});

it("gives the server's command tag where there are no rows", () => {
  expect(done({ fields: [], rows: 0, command: 'SET' }).text).toBe('SET · 1.2 s');
});
