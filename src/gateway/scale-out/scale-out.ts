import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Manifest } from '../../contract/dataset';
import type { ExportStatus } from '../../contract/export';
import type { ObjectSettings } from '../../contract/object-settings';
import type { ScaleOutJobStatus, ScaleOutPlan, ScaleOutRequest } from '../../contract/scale-out';
import { manifestKey, versionName } from '../dataset/layout';
import { removeDebt } from '../dataset/remove';
import { GatewayError } from '../gateway-error';
import { readReplicaState, REPLAY_STATE } from '../postgres/replica';
import type { Session } from '../postgres/session';
import type { ColumnFacts } from '../result-columns';
import { checkAddress } from '../s3/address';
import type { Journal } from '../s3/journal';
import { checkWritable } from '../s3/writable';
import type { Snapshots } from '../snapshots';
import type { Engine } from './engine';
import { gone, ScaleOutJob } from './job';
import { JobFiles } from './job-files';
import { Joining } from './joining';
import type { JobList, JobRecord } from './job-list';
import { type Parts, planParts } from './plan';

/** One replica as jobs need it. */
interface ScaleOutPlace {
  readonly login: ScaleOutPlan['login'];
  readonly facts: ColumnFacts;
  /** Runs `use` in a transaction that sees the snapshot, or a moment of its own for null. */
  inside<T>(
    snapshot: string | null,
    label: string,
    signal: AbortSignal,
    use: (session: Session) => Promise<T>
  ): Promise<T>;
}

export interface ScaleOutEffects {
  readonly s3: S3Client;
  readonly snapshots: Pick<Snapshots, 'open' | 'status' | 'release'>;
  readonly place: (profile: string | null) => ScaleOutPlace;
  readonly engines: Readonly<Record<ScaleOutRequest['engine'], Engine>>;
  readonly jobs: JobList;
  readonly journal: Journal;
  readonly objectSettings: ObjectSettings;
  readonly now: () => number;
  readonly user: string;
  readonly tool: Manifest['tool'];
  readonly statementTimeoutMs: number;
  /** Sessions of one job on the replica at most. */
  readonly mostSessions: number;
  readonly log: (line: string) => void;
}

/** Exports by Spark: planned here, done by a program elsewhere, followed here. */
export class ScaleOut {
  private readonly jobs = new Map<string, ScaleOutJob>();
  /** Resolve when a job has ended, its snapshot is given back and nothing of it is left. */
  private readonly ends = new Map<string, Promise<void>>();
  /** Names of those that are not listed as exports any more. */
  private readonly cleared = new Set<string>();
  private readonly stop = new AbortController();

  constructor(private readonly effects: ScaleOutEffects) {}

  /** Takes up the jobs that an earlier gateway has started. */
  async attach(): Promise<void> {
    for (const record of await this.effects.jobs.all()) {
      await this.takeUp(record);
    }
  }

  /** The job of that name, also of an earlier gateway. Throws GatewayError `not-found`. */
  async find(name: string): Promise<ScaleOutJob> {
    const record = this.jobs.has(name) ? null : await this.effects.jobs.find(name);
    if (record) {
      await this.takeUp(record);
    }
    return this.job(name);
  }

  private async takeUp(record: JobRecord): Promise<void> {
    const files = this.filesOf(record);
    const plan = await files.plan().catch(() => null);
    if (plan && !this.jobs.has(record.name)) {
      if (record.cleared) {
        this.cleared.add(record.name);
      }
      this.follow(new ScaleOutJob(record, plan, files.planUri, this.effects.now), null);
    }
  }

  /**
   * Plans a job under one snapshot and starts it, or leaves that to the client for the engine `local`. Throws GatewayError
   * `bad-request`, `dataset-mismatch`, `snapshot-unavailable`, and what S3 or the engine say.
   */
  async start(request: ScaleOutRequest, signal: AbortSignal): Promise<ScaleOutJobStatus> {
    const { s3, engines, now, jobs, journal, objectSettings } = this.effects;
    checkRequest(request);
    const engine = engines[request.engine];
    await engine.check(request);
    const { bucket, key, dataset, origin, instances, instanceType } = request;
    await checkWritable(
      s3,
      journal,
      { bucket, key: manifestKey({ bucket, prefix: key }, 0) },
      { overwrite: true, settings: objectSettings }
    );
    const snapshot = await this.openSnapshot(request, signal);
    const release = () => (request.snapshot === null && snapshot ? this.release(snapshot.snapshotId) : null);
    try {
      const planned = await this.plan(request, snapshot, signal);
      const plan = engine.adapt(planned);
      const record: JobRecord = {
        ...{ name: plan.name, engine: request.engine, bucket, key, version: plan.version, dataset, origin },
        ...{ startedAt: now(), instances, instanceType, ended: null, cleared: false }
      };
      const files = this.filesOf(record);
      await files.putPlan(plan);
      await jobs.put(record);
      const job = new ScaleOutJob(record, plan, files.planUri, now);
      await engine.start(plan, files.planUri, request, planned.login.sslRootCert);
      this.follow(job, snapshot?.snapshotId ?? null, release);
      return job.details();
    } catch (error) {
      await release();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.jobs.has(name);
  }

  /** Newest first. */
  list(): readonly ExportStatus[] {
    const listed = [...this.jobs.values()].filter(({ record }) => !this.cleared.has(record.name));
    return listed.reverse().map(job => job.status());
  }

  /** Takes those that have ended out of `list` for good; they stay known by their name. */
  async clearEnded(): Promise<void> {
    const { jobs } = this.effects;
    const ended = [...this.jobs.values()].filter(job => job.final).map(({ record }) => record.name);
    ended.forEach(name => this.cleared.add(name));
    for (const name of ended) {
      const record = await jobs.find(name);
      await (record && jobs.put({ ...record, cleared: true }));
    }
  }

  /** Those that need this machine, as long as they run. */
  listLocal(): readonly ExportStatus[] {
    return [...this.jobs.values()].filter(({ record }) => record.engine === 'local').map(job => job.status());
  }

  /** Throws GatewayError `not-found`, as all that take a name. */
  job(name: string): ScaleOutJob {
    const job = this.jobs.get(name);
    if (!job) {
      throw new GatewayError('not-found', 'This job is not known.', {
        subject: name,
        action: 'Jobs are listed by db.scale_out.jobs(); one of another machine is not among them.'
      });
    }
    return job;
  }

  details(): readonly ScaleOutJobStatus[] {
    return [...this.jobs.values()].reverse().map(job => job.details());
  }

  /** Resolves once the job has ended and nothing of it is visible or left. */
  async cancel(name: string): Promise<ExportStatus> {
    const job = this.job(name);
    if (!job.final) {
      if (!job.hasReported && job.record.engine === 'local') {
        // It ends by itself should it still start.
        await this.end(job, null);
      } else {
        await this.stopProgram(job.record);
      }
      await this.ends.get(name);
    }
    return job.status();
  }

  dispose(): void {
    this.stop.abort();
  }

  private filesOf({ bucket, key, name }: JobRecord): JobFiles {
    return new JobFiles(this.effects.s3, { bucket, prefix: key }, name);
  }

  private async release(snapshotId: string): Promise<void> {
    await this.effects.snapshots.release(snapshotId).catch(() => undefined);
  }

  /** Null where the parts may be transactions of their own and must be. */
  private async openSnapshot(
    { snapshot, origin, profile, separateTransactions }: ScaleOutRequest,
    signal: AbortSignal
  ): Promise<Awaited<ReturnType<Snapshots['open']>> | null> {
    const { snapshots } = this.effects;
    if (snapshot !== null) {
      return snapshots.status(snapshot);
    }
    try {
      return await snapshots.open({ origin, profile, maxSeconds: null }, signal);
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'snapshot-unavailable')) {
        throw error;
      }
      if (separateTransactions) {
        return null;
      }
      throw new GatewayError(
        'snapshot-unavailable',
        `${error.message} Without one each part would be a transaction of its own, and rows that change meanwhile may be missing or twice.`,
        { action: `${error.body.action ?? ''} Or accept that with separate_transactions=True.`.trim() },
        error
      );
    }
  }

  private async plan(
    request: ScaleOutRequest,
    snapshot: Awaited<ReturnType<Snapshots['open']>> | null,
    signal: AbortSignal
  ): Promise<ScaleOutPlan> {
    const {
      place: placeOf,
      objectSettings,
      now,
      user,
      tool,
      statementTimeoutMs,
      mostSessions
    } = this.effects;
    const place = placeOf(request.profile);
    const { sql, bucket, key, origin } = request;
    const label = `jupyterlab-replica: Spark for ${origin.kind} ${origin.label}`;
    const [parts, source] = await place.inside(snapshot?.snapshotId ?? null, label, signal, async session => {
      const planned: Parts = await planParts(session, place.facts, request, mostSessions);
      return [planned, await sourceOf(session, snapshot)] as const;
    });
    const version = versionName(now(), randomUUID());
    return {
      ...parts,
      formatVersion: 1,
      name: `replica-${version.toLowerCase()}`,
      address: { bucket, prefix: key },
      version,
      login: place.login,
      snapshot: snapshot && { exportedName: snapshot.exportedName, server: snapshot.server },
      encryptionKey: objectSettings.kmsKey,
      applicationName: label.slice(0, 63),
      statementTimeoutMs,
      draft: {
        ...{ tool, user, notebook: origin.label || null, query: { sql, params: [], secretParams: [] } },
        source
      },
      notes: snapshot
        ? parts.notes
        : [
            ...parts.notes,
            'Each part was a transaction of its own: rows that changed meanwhile may be missing or twice.'
          ]
    };
  }

  /** Looks at a job until it has ended, and keeps its snapshot until all sessions have joined it. */
  private follow(job: ScaleOutJob, snapshotId: string | null, release?: () => Promise<void> | null): void {
    this.jobs.set(job.record.name, job);
    const end = this.watch(job, snapshotId, release ?? (() => null));
    this.ends.set(
      job.record.name,
      end.catch((error: unknown) => job.failed(error))
    );
  }

  private async watch(
    job: ScaleOutJob,
    snapshotId: string | null,
    release: () => Promise<void> | null
  ): Promise<void> {
    const { engines, snapshots, log, now } = this.effects;
    const engine = engines[job.record.engine];
    const files = this.filesOf(job.record);
    let joining = snapshotId === null ? null : new Joining(snapshots, snapshotId, now);
    while (!this.stop.signal.aborted) {
      try {
        // What the program says last comes before its end.
        const sighting = await engine.look(job.record.name, job.process);
        job.saw(await files.report(), sighting);
        if (!job.final && engine.silentMs !== null && now() - job.heardAt > engine.silentMs) {
          await this.end(
            job,
            gone(files.planUri, `Nothing was heard of it for ${engine.silentMs / 1000} s.`)
          );
        }
        const tooLate = joining && !job.hasJoined && !job.final ? await joining.tooLate() : null;
        if (tooLate) {
          // Machines that can only fail are not waited for.
          await this.end(job, tooLate);
        }
      } catch (error) {
        log(
          `cannot look at the job ${job.record.name}: ${error instanceof Error ? error.message : String(error)}`
        );
      }
      if (joining && (job.hasJoined || job.final)) {
        joining = null;
        await release();
      }
      if (job.final) {
        await this.tidy(job);
        return;
      }
      await this.untilLater(job, engine.lookEveryMs);
    }
  }

  /** Ends a job, as it was asked to or for a reason, which the gateway after this one tells too. */
  private async end(job: ScaleOutJob, error: GatewayError | null): Promise<void> {
    const state = error ? 'failed' : 'cancelled';
    const ended = { state, at: this.effects.now(), error: error?.body ?? null } as const;
    await this.effects.jobs.put({ ...job.record, ended });
    await this.stopProgram(job.record);
    job.ended(ended);
  }

  private async stopProgram(record: JobRecord): Promise<void> {
    await this.filesOf(record).askToCancel();
    await this.effects.engines[record.engine].stop(record.name);
  }

  /** So long, or until the job or this gateway ends. */
  private async untilLater(job: ScaleOutJob, ms: number): Promise<void> {
    const later = new AbortController();
    const end = () => later.abort();
    const timer = setTimeout(end, ms).unref();
    this.stop.signal.addEventListener('abort', end);
    await job.until(undefined, later.signal);
    this.stop.signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }

  /** A program that was killed could not take away what it had written. */
  private async tidy({ record }: ScaleOutJob): Promise<void> {
    const { s3, log } = this.effects;
    await removeDebt(s3, {
      kind: 'version',
      bucket: record.bucket,
      key: record.key,
      id: record.version
    }).catch((error: unknown) => log(`cannot remove what the job ${record.name} has left: ${String(error)}`));
  }
}

/** The state that the rows are of; that of the snapshot was told when it was taken. */
async function sourceOf(
  session: Session,
  snapshot: Awaited<ReturnType<Snapshots['open']>> | null
): Promise<Manifest['source']> {
  const { database } = await readReplicaState(session);
  const [row] = await session.rows(REPLAY_STATE);
  const [asOf = null, lagMs = null, lsn = null, seen = null] = row ?? [];
  return snapshot
    ? { database, asOf: snapshot.asOf, lsn: snapshot.lsn, snapshot: seen, replicaLagMs: snapshot.lagMs }
    : { database, asOf, lsn, snapshot: null, replicaLagMs: lagMs === null ? null : Number(lagMs) };
}

function checkRequest(request: ScaleOutRequest): void {
  checkAddress(request);
  if (request.dataset.mode !== 'new-version') {
    throw new GatewayError('bad-request', 'Spark writes new versions of a dataset alone.', {
      action: 'Leave `mode` out, or export on this machine, which can append and replace partitions.'
    });
  }
}
