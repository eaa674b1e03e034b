import type { Table } from 'apache-arrow';
import path from 'node:path';
import { parseManifest, type DatasetRequest, type Manifest } from '../../../src/contract/dataset';
import { parseExportRequest, type ExportRequest, type ExportStatus } from '../../../src/contract/export';
import { type ExportEffects, Exports } from '../../../src/gateway/export';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import type { RowSource } from '../../../src/gateway/results/row-source';
import { exportEffects } from '../../support/exports';
import { ArrowSource } from '../parquet/arrow-source';
import { bundleWorker } from '../parquet/worker-bundle';
import { BUCKET, EmulatedS3 } from '../s3/emulated-s3';

/** Exports to datasets of an S3 of its own, from tables instead of a database. */
export class DatasetWorld {
  private constructor(
    readonly s3: EmulatedS3,
    private readonly worker: Awaited<ReturnType<typeof bundleWorker>>,
    readonly encoders: EncoderPool
  ) {}

  static async open(): Promise<DatasetWorld> {
    const [s3, worker] = await Promise.all([EmulatedS3.start(), bundleWorker()]);
    return new DatasetWorld(s3, worker, new EncoderPool(worker.file, 1));
  }

  get workerDirectory(): string {
    return path.dirname(this.worker.file);
  }

  /** Exports that read `source`; `more` replaces what they need. */
  async exports(
    source: Table | RowSource | (() => RowSource),
    more: Partial<Pick<ExportEffects, 's3' | 'facts' | 'now'>> = {},
    datasets: Partial<ExportEffects['datasets']> = {}
  ): Promise<Exports> {
    const openSource = () =>
      typeof source === 'function'
        ? source()
        : 'batches' in source && 'release' in source
          ? source
          : ArrowSource.of(source);
    const effects = await exportEffects(
      { openSource, s3: this.s3.client, encoders: this.encoders, ...more },
      datasets
    );
    return new Exports({ ...effects, ...more });
  }

  /** Exports to the end; gives the last status. */
  async export(
    exports: Exports,
    prefix: string,
    dataset: Partial<DatasetRequest> = {},
    more: Partial<ExportRequest> = {}
  ): Promise<ExportStatus> {
    return until(exports, exports.start(this.request(prefix, dataset, more)).exportId);
  }

  request(
    prefix: string,
    dataset: Partial<DatasetRequest> = {},
    more: Partial<ExportRequest> = {}
  ): ExportRequest {
    return parseExportRequest({
      sql: 'SELECT * FROM orders',
      bucket: BUCKET,
      key: prefix,
      dataset,
      origin: { kind: 'export', label: 'features.ipynb' },
      ...more
    });
  }

  async manifest(prefix: string, sequence: number): Promise<Manifest> {
    const key = `${prefix}/_manifests/${String(sequence).padStart(10, '0')}.json`;
    return parseManifest(JSON.parse((await this.s3.read(key)).toString()));
  }

  async keysBelow(prefix: string): Promise<string[]> {
    return (await this.s3.keys()).filter(key => key.startsWith(`${prefix}/`)).sort();
  }

  async close(): Promise<void> {
    await this.encoders.dispose();
    await this.s3.stop();
    this.worker.remove();
  }
}

/** The last status of an export. */
export async function until(exports: Exports, exportId: string): Promise<ExportStatus> {
  let last = exports.get(exportId);
  for await (const status of exports.follow(exportId)) {
    last = status;
  }
  return last;
}
