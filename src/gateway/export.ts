import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../contract/object-settings';
import type { ExportRequest, ExportStatus } from '../contract/export';
import { removeDebt } from './dataset/remove';
import { DatasetExports, type DatasetEffects } from './dataset/export-version';
import { NO_FACTS, type ExportFacts } from './export-facts';
import { ExportJob } from './export-job';
import { type ExportLedger, PastExport } from './export-ledger';
import { fileFormat } from './formats/file-format';
import { writeRows } from './formats/write-rows';
import { GatewayError } from './gateway-error';
import type { EncoderPool } from './parquet/encoder-pool';
import type { RowSource } from './results/row-source';
import { STARTED_OVER } from './results/row-stream';
import { checkAddress, uriOf, type ObjectAddress } from './s3/address';
import { objectSettings } from './s3/object-settings';
import { uploadObject } from './s3/upload';
import { checkWritable } from './s3/writable';

/** Exports that have ended stay in the list up to this number; the oldest goes first. */
const FINISHED_KEPT = 100;

export interface ExportEffects {
  readonly openSource: (request: ExportRequest) => RowSource | Promise<RowSource>;
  readonly s3: S3Client;
  readonly encoders: EncoderPool;
  readonly now: () => number;
  /** What the server says of itself and of the statement; an export waits for it only a moment. */
  readonly facts: (request: ExportRequest) => Promise<ExportFacts>;
  readonly datasets: DatasetEffects;
  /** Of the objects that exports make, where a request leaves them open. */
  readonly objectSettings: ObjectSettings;
  /** Where exports are noted for the gateways after this one. */
  readonly ledger: ExportLedger;
}

const FACTS_WITHIN_MS = 5_000;

/** Runs statements to their end and writes their rows to S3. */
export class Exports {
  private readonly jobs: Map<string, ExportJob | PastExport>;

  private readonly datasets: DatasetExports;

  constructor(private readonly effects: ExportEffects) {
    this.datasets = new DatasetExports(effects.s3, effects.datasets, effects.now);
    this.jobs = new Map(effects.ledger.past.map(job => [job.id, job]));
  }

  /** Starts an export; it goes on by itself. Throws GatewayError `bad-request` for a bucket, key or tags that cannot be. */
  start(asked: ExportRequest): ExportStatus {
    checkAddress(asked);
    const settings = objectSettings(asked.objectSettings, this.effects.objectSettings);
    const request = { ...asked, objectSettings: settings };
    const job = new ExportJob(request, this.effects.now);
    this.jobs.set(job.id, job);
    this.effects.ledger.note(job);
    this.run(job)
      .then(
        () => job.done(),
        (error: unknown) => job.failed(error)
      )
      .finally(() => {
        this.effects.ledger.note(job);
        this.forgetOldest();
      });
    return job.status();
  }

  /** Starts what an earlier export was to do, if asked over what is there. Throws GatewayError `not-found` or `bad-request`. */
  retry(id: string, overwrite = false): ExportStatus {
    const job = this.job(id);
    const { request } = job;
    if (job instanceof PastExport && request.secretParams.length > 0) {
      throw new GatewayError('bad-request', 'The secret parameters of this export were not kept.', {
        subject: uriOf(request),
        action: 'Export the statement again from where it came.'
      });
    }
    return this.start(overwrite ? { ...request, overwrite } : request);
  }

  /** Throws GatewayError `not-found`, as all that take an id. */
  get(id: string): ExportStatus {
    return this.job(id).status();
  }

  /** Newest first. */
  list(): readonly ExportStatus[] {
    return [...this.jobs.values()].reverse().map(job => job.status());
  }

  /** Takes those that have ended out of the list for good; what they have written stays. */
  async clearEnded(): Promise<void> {
    const ended = [...this.jobs.values()].filter(job => job.final);
    ended.forEach(job => this.jobs.delete(job.id));
    await this.effects.ledger.forget(ended);
  }

  /** Ends the statement, the encoding and the upload; nothing is left on S3. Resolves once that is so. */
  async cancel(id: string): Promise<ExportStatus> {
    const job = this.job(id);
    job.cancel();
    await job.until();
    return job.status();
  }

  /** The status now, after changes at most ten times a second, and the final one; then it ends, as with `signal`. */
  follow(id: string, signal = new AbortController().signal): AsyncIterable<ExportStatus> {
    return this.job(id).follow(signal);
  }

  /** Gives what runs so long to end by itself and cancels the rest. Resolves when nothing of it is left to do. */
  async finishWithin(graceMs: number): Promise<{ readonly ended: number; readonly cancelled: number }> {
    const running = [...this.jobs.values()].filter(job => !job.final);
    await Promise.race([Promise.all(running.map(job => job.until())), sleep(graceMs, null, { ref: false })]);
    const late = running.filter(job => !job.final);
    await Promise.all(late.map(job => this.cancel(job.id)));
    return { ended: running.length - late.length, cancelled: late.length };
  }

  /** Cancels what runs and waits for its end. */
  async dispose(): Promise<void> {
    await Promise.all([...this.jobs.keys()].map(id => this.cancel(id)));
    await this.effects.ledger.close();
  }

  /** THE SECOND PATH: rows → row groups → a file → S3. */
  private async run(job: ExportJob): Promise<void> {
    const { request, signal } = job;
    job.phase('checking');
    const release = this.effects.encoders.retain();
    try {
      await this.check(request);
      signal.throwIfAborted();
      await this.read(job, await this.facts(request));
    } finally {
      release();
    }
  }

  private async read(job: ExportJob, facts: ExportFacts): Promise<void> {
    const { request, signal } = job;
    job.estimated(facts.rows);
    signal.throwIfAborted();
    const source = await this.effects.openSource(request);
    const release = () => source.release().catch(() => undefined);
    signal.addEventListener('abort', release);
    try {
      signal.throwIfAborted();
      await source.schema();
      job.running(source);
      // A statement that is run again has given nothing away yet: its upload was aborted. How often is the query's affair.
      while ((await this.write(job, source, facts)) === 'started over') {
        job.startedOver();
        await source.schema();
      }
    } finally {
      signal.removeEventListener('abort', release);
      // Rows that cannot be given up now are removed with their store; the export itself has ended.
      await release();
    }
  }

  /** Removes what earlier exports have left, and finds out whether this one can be written. */
  private async check(request: ExportRequest): Promise<void> {
    const { s3, datasets } = this.effects;
    await datasets.journal.settleLeft(debt => removeDebt(s3, debt));
    await (request.dataset
      ? this.datasets.check(request)
      : checkWritable(s3, datasets.journal, addressOf(request), {
          overwrite: request.overwrite,
          settings: request.objectSettings
        }));
  }

  private write(job: ExportJob, source: RowSource, facts: ExportFacts): Promise<'complete' | 'started over'> {
    const { dataset } = job.request;
    return dataset ? this.datasets.write(job, source, dataset, facts) : this.upload(job, source);
  }

  private facts(request: ExportRequest): Promise<ExportFacts> {
    const late = sleep(FACTS_WITHIN_MS, NO_FACTS, { ref: false });
    return Promise.race([this.effects.facts(request).catch(() => NO_FACTS), late]);
  }

  private async upload(job: ExportJob, source: RowSource): Promise<'complete' | 'started over'> {
    const { request, signal } = job;
    const { s3, encoders, datasets } = this.effects;
    const { journal, lane } = datasets;
    const format = fileFormat(request, encoders);
    job.phase('writing');
    try {
      const surroundings = { client: s3, journal, lane };
      await uploadObject(surroundings, {
        address: addressOf(request),
        overwrite: request.overwrite,
        contentType: format.contentType,
        settings: request.objectSettings,
        body: writeRows(source, format, signal, rows => job.written(rows)),
        confirm: () => job.confirm(source),
        onBytes: bytes => job.uploaded(bytes),
        signal
      });
      return 'complete';
    } catch (error) {
      if (error !== STARTED_OVER) {
        throw error;
      }
      return 'started over';
    }
  }

  private job(id: string): ExportJob | PastExport {
    const job = this.jobs.get(id);
    if (!job) {
      throw new GatewayError('not-found', 'This export is not known.', {
        subject: id,
        action: 'Many exports have followed, or it runs in another gateway; look for the object on S3.'
      });
    }
    return job;
  }

  private forgetOldest(): void {
    const finished = [...this.jobs.values()].filter(job => job.final);
    finished.slice(0, -FINISHED_KEPT).forEach(job => this.jobs.delete(job.id));
  }
}

const addressOf = ({ bucket, key }: ExportRequest): ObjectAddress => ({ bucket, key });
