import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquet } from '../../src/gateway/formats/file-format';
import { writeRows } from '../../src/gateway/formats/write-rows';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import type { Result } from '../../src/gateway/results/result';
import { resultSource } from '../../src/gateway/results/result-source';
import { bundleWorker } from '../gateway/parquet/worker-bundle';

/** Writes results to Parquet files as an export does, in a directory of its own. */
export class ParquetOf {
  private count = 0;

  private constructor(
    private readonly directory: string,
    private readonly encoders: EncoderPool,
    private readonly worker: { remove(): void }
  ) {}

  static async start(): Promise<ParquetOf> {
    const worker = await bundleWorker();
    const directory = await mkdtemp(path.join(tmpdir(), 'parquet-of-'));
    return new ParquetOf(directory, new EncoderPool(worker.file, 1), worker);
  }

  /** The file's path. */
  readonly result = async (result: Result): Promise<string> => {
    const name = path.join(this.directory, `${this.count++}.parquet`);
    const file = await open(name, 'w');
    const source = resultSource(result, () => Promise.resolve());
    const never = new AbortController().signal;
    for await (const piece of writeRows(source, parquet(this.encoders), never, () => undefined)) {
      await file.write(piece);
    }
    await file.close();
    return name;
  };

  async stop(): Promise<void> {
    await this.encoders.dispose();
    this.worker.remove();
    await rm(this.directory, { recursive: true });
  }
}
