import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { number, record, text } from '../src/contract/parse';
import type { EngineOptions } from './engine';
import type { Measurement } from './measurement';

const ROOT = path.join(__dirname, '..');
const parseMeasurement = record({
  ...{ bench: text, case: text, table: text, metric: text },
  ...{ value: number, unit: text }
});

/** Local Spark beside the single-machine export, and how evenly the planner cuts skewed keys; by bench/scale_out.py. */
export async function* scaleOut({ scale, signal }: EngineOptions): AsyncGenerator<Measurement> {
  const packages = ['.demo/spark', 'python', 'test/python'].map(folder => path.join(ROOT, folder));
  const child = spawn(
    path.join(ROOT, '.venv', 'bin', 'python'),
    [path.join(__dirname, 'scale_out.py'), String(scale)],
    {
      cwd: ROOT,
      env: { ...process.env, PYTHONPATH: packages.join(path.delimiter) },
      stdio: ['ignore', 'pipe', 'inherit'],
      signal
    }
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  for await (const line of createInterface(child.stdout)) {
    yield parseMeasurement(JSON.parse(line));
  }
  if ((await ended) !== 0) {
    throw new Error('bench/scale_out.py failed: see above.');
  }
}
