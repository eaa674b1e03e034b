import type { S3Client } from '@aws-sdk/client-s3';
import type { Manifest } from '../../contract/dataset';
import type { ExportRequest } from '../../contract/export';
import type { ExportFacts } from '../export-facts';
import type { ExportJob } from '../export-job';
import { NO_REPLAY_STATE } from '../postgres/replica';
import type { RowSource } from '../results/row-source';
import { STARTED_OVER } from '../results/row-stream';
import type { Journal } from '../s3/journal';
import type { Lane } from '../s3/lane';
import { isFromAws, s3Failure } from '../s3/s3-failure';
import { checkWritable } from '../s3/writable';
import type { DatasetAddress } from './layout';
import { manifestKey } from './layout';
import type { FileFormat } from '../formats/file-format';
import { retain } from './retention';
import { uriOfManifest, writeVersion, type Provenance } from './write-version';

/** What exports to datasets need of the gateway. */
export interface DatasetEffects {
  readonly journal: Journal;
  /** Bounds the parts of files that are on their way to S3. */
  readonly lane: Lane;
  readonly format: (request: ExportRequest) => FileFormat;
  /** Registers a version in the Glue Data Catalog. */
  readonly register: (
    address: DatasetAddress,
    manifest: Manifest,
    table: { readonly database: string; readonly table: string }
  ) => Promise<void>;
  readonly user: string;
  readonly tool: Manifest['tool'];
}

type Wanted = NonNullable<ExportRequest['dataset']>;

/** Exports to datasets: what one export to a single object does, for a version of many files. */
export class DatasetExports {
  constructor(
    private readonly s3: S3Client,
    private readonly effects: DatasetEffects,
    private readonly now: () => number
  ) {}

  /** Finds out before any work is done whether the dataset can be written. */
  async check({ bucket, key, objectSettings: settings }: ExportRequest): Promise<void> {
    const manifest = { bucket, key: manifestKey({ bucket, prefix: key }, 0) };
    await checkWritable(this.s3, this.effects.journal, manifest, { overwrite: true, settings });
  }

  /** Writes and commits, then does what was asked to follow; what of that fails is a warning, since the version stands. */
  async write(
    job: ExportJob,
    source: RowSource,
    wanted: Wanted,
    facts: ExportFacts
  ): Promise<'complete' | 'started over'> {
    const { request, signal } = job;
    const { journal, lane, format } = this.effects;
    const address = { bucket: request.bucket, prefix: request.key };
    let [rows, bytes] = [0, 0];
    try {
      const manifest = await writeVersion(
        source,
        {
          address,
          request: wanted,
          settings: request.objectSettings,
          provenance: () => this.provenance(request, facts, source)
        },
        { s3: this.s3, journal, lane, format: format(request), now: this.now },
        {
          signal,
          phase: name => job.phase(name),
          rows: more => job.written((rows += more)),
          bytes: more => job.uploaded((bytes += more)),
          file: () => job.file(),
          confirm: () => job.confirm(source)
        }
      );
      job.committed(manifest.version, uriOfManifest(address, manifest));
      warnOfSmallFiles(job, manifest);
      await this.follow(job, address, manifest, wanted);
      return 'complete';
    } catch (error) {
      if (error === STARTED_OVER) {
        return 'started over';
      }
      throw isFromAws(error) ? s3Failure(request, error) : error;
    }
  }

  private async follow(
    job: ExportJob,
    address: DatasetAddress,
    manifest: Manifest,
    { retain: limits, glue }: Wanted
  ): Promise<void> {
    job.phase('tidying');
    if (glue) {
      await this.effects
        .register(address, manifest, glue)
        .catch((error: unknown) =>
          job.warn(`The table ${glue.database}.${glue.table} was not registered in Glue: ${messageOf(error)}`)
        );
    }
    if (limits) {
      await retain(this.s3, this.effects.journal, address, limits, this.now()).catch((error: unknown) =>
        job.warn(`Old versions were not all deleted: ${messageOf(error)}`)
      );
    }
  }

  private provenance(
    { sql, params, secretParams, origin }: ExportRequest,
    { database }: ExportFacts,
    source: RowSource
  ): Provenance {
    const { asOf, lsn, snapshot, lagMs } = source.seen?.() ?? NO_REPLAY_STATE;
    return {
      tool: this.effects.tool,
      user: this.effects.user,
      notebook: origin.label || null,
      query: {
        sql,
        params: params.map((value, index) => (secretParams.includes(index) ? null : value)),
        secretParams
      },
      source: { database, asOf, lsn, snapshot, replicaLagMs: lagMs }
    };
  }
}

const SMALL_FILE_BYTES = 2 ** 20;
const MANY_FILES = 100;

function warnOfSmallFiles(job: ExportJob, { files, bytes, partitions }: Manifest): void {
  if (files.length >= MANY_FILES && bytes / files.length < SMALL_FILE_BYTES) {
    const names = partitions.map(({ name }) => name).join(', ');
    job.warn(
      `The version has ${files.length} files of less than 1 MB on average, which is slow to read: partition by less than ${names}.`
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
