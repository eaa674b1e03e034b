/**
 * An export of generated rows to nowhere, in a process of its own. Arguments: the worker's file, the format, and the bytes of
 * Arrow. Prints one line of JSON: the largest resident set in each quarter of the run tells whether memory grows with size.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileFormat } from '../../src/gateway/formats/file-format';
import { writeRows } from '../../src/gateway/formats/write-rows';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import { peakRssMb } from '../peak-rss';
import { generatedRows } from './generated-rows';

const QUARTERS = 4;
const LOOK_EVERY_MS = 20;

async function main([workerFile = '', format = 'parquet', size = '0']: readonly string[]): Promise<void> {
  const bytes = Number(size);
  const encoders = new EncoderPool(workerFile, 1);
  const source = generatedRows(bytes);
  const all = bytes / (await rowBytes());
  const quarters = Array<number>(QUARTERS).fill(0);
  const look = setInterval(() => {
    const quarter = Math.min(QUARTERS - 1, Math.floor((QUARTERS * source.rowsRead()) / all));
    quarters[quarter] = Math.max(quarters[quarter]!, process.memoryUsage.rss());
  }, LOOK_EVERY_MS);
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  let [written, rows] = [0, 0];
  const never = new AbortController().signal;
  const asked = format === 'csv.gz' || format === 'csv' || format === 'arrow' ? format : 'parquet';
  const file = fileFormat({ format: asked, compression: 'zstd' }, encoders);
  for await (const piece of writeRows(source, file, never, count => (rows = count))) {
    written += piece.length;
  }
  clearInterval(look);
  const used = process.cpuUsage(cpu);
  process.stdout.write(
    `${JSON.stringify({
      rowsRead: source.rowsRead(),
      rowsWritten: rows,
      fileMb: written / 1e6,
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: (used.user + used.system) / 1e6,
      peakRssMb: peakRssMb(),
      quarterRssMb: quarters.map(rss => rss / 2 ** 20),
      loopP99Ms: loop.percentile(99) / 1e6
    })}\n`
  );
  await encoders.dispose();
}

/** Of Arrow. */
async function rowBytes(): Promise<number> {
  for await (const { message, rows } of generatedRows(1).batches(new AbortController().signal)) {
    return message.length / rows;
  }
  return 1;
}

void main(process.argv.slice(2));
