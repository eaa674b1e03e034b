import { exportInProcess } from '../../../bench/export/memory';

/** A run of 20 GB takes minutes; that no quarter of a shorter one needs more than the first tells of any size. */
const ARROW_BYTES = 6e8;

test('an export of any size stays under 500 MB', async () => {
  const run = await exportInProcess('parquet', ARROW_BYTES);
  expect(run.rowsWritten).toBe(run.rowsRead);
  expect(run.fileMb).toBeGreaterThan(200);
  expect(run.peakRssMb).toBeLessThan(500);
  const [first = 0, ...later] = run.quarterRssMb;
  expect(Math.max(...later)).toBeLessThan(first + 80);
}, 180_000);
