import { type PlanReply } from '../../../src/contract/plan';
import { resultBytes } from '../../../src/lab/query-panel/result-bytes';

const DONE = { state: 'done', rows: 100, bytes: 2_000, truncated: false, rowEstimate: null } as const;
const PLAN = { plan: { root: { rows: 1_000, widthBytes: 50 } } } as PlanReply;

it('measures a row on the result, and counts what the limit cut off', () => {
  expect(resultBytes(DONE, PLAN)).toBe(2_000);
  expect(resultBytes({ ...DONE, truncated: true, rowEstimate: 1_000_000 }, PLAN)).toBe(20_000_000);
  expect(resultBytes({ ...DONE, truncated: true, rowEstimate: null }, PLAN)).toBe(2_000);
});

it('takes the plan where no rows are there to measure, and else knows nothing', () => {
  expect(resultBytes(null, PLAN)).toBe(50_000);
  expect(resultBytes({ ...DONE, rows: 0, bytes: 300 }, PLAN)).toBe(50_000);
  expect(resultBytes(null, { ...PLAN, plan: null })).toBeNull();
  expect(resultBytes(null, null)).toBeNull();
});
