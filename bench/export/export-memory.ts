import type { EngineOptions } from '../engine';
import type { Measurement } from '../measurement';
import { exportInProcess } from './memory';

/** Arrow bytes at scale 1. */
const BYTES = 8e9;

/** Whether an export's memory grows with its size, and how long the panel would wait meanwhile: generated rows, to nowhere. */
export async function* exportMemory({ scale, cases, signal }: EngineOptions): AsyncGenerator<Measurement> {
  for (const format of (['parquet', 'csv.gz', 'arrow'] as const).filter(name => cases?.has(name) ?? true)) {
    const run = await exportInProcess(format, scale * BYTES, signal);
    const figure = { bench: 'export-memory', case: format, table: '' };
    yield { ...figure, metric: 'peak-rss', value: Math.round(run.peakRssMb), unit: 'MB' };
    yield {
      ...figure,
      metric: 'last-quarter-over-first',
      value: Math.round(run.quarterRssMb.at(-1)! - run.quarterRssMb[0]!),
      unit: 'MB'
    };
    yield { ...figure, metric: 'file', value: Math.round(run.fileMb), unit: 'MB' };
    yield { ...figure, metric: 'arrow', value: Math.round((scale * BYTES) / 1e6), unit: 'MB' };
    yield { ...figure, metric: 'seconds', value: Number(run.seconds.toFixed(1)), unit: 's' };
    yield { ...figure, metric: 'cpu', value: Number(run.cpuSeconds.toFixed(1)), unit: 's' };
    yield { ...figure, metric: 'loop-p99', value: Math.round(run.loopP99Ms), unit: 'ms' };
  }
}
