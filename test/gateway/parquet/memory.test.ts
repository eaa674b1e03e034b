import { exportInProcess } from '../../../bench/export/memory';

/** A run of 20 GB takes minutes; that a shorter one needs no more after its second quarter tells of any size. */
const ARROW_BYTES = 1e9;

test('an export of any size stays under 500 MB', async () => {
  const run = await exportInProcess('parquet', ARROW_BYTES);
  expect(run.rowsWritten).toBe(run.rowsRead);
  expect(run.fileMb).toBeGreaterThan(200);
  expect(run.peakRssMb).toBeLessThan(500);
  const [, second = 0, ...later] = run.quarterRssMb;
  expect(Math.max(...later)).toBeLessThan(second + 60);
}, 180_000);
