import { dirname } from 'node:path/posix';
import type { ErrorBody } from '../../contract/errors';
import { ERROR_CODES } from '../../contract/errors';
import type { ExportStatus } from '../../contract/export';
import type { JobReport, ProgramProcess, ScaleOutJobStatus, ScaleOutPlan } from '../../contract/scale-out';
import { manifestKey } from '../dataset/layout';
import { GatewayError, toErrorBody } from '../gateway-error';
import { Progress } from '../progress';
import type { Sighting } from './engine';
import type { JobEnd, JobRecord } from './job-list';

/** One export by Spark, as its reports and its engine tell. */
export class ScaleOutJob extends Progress<ExportStatus> {
  private state: ExportStatus['state'] = 'queued';
  private report: JobReport | null = null;
  private sighting: Sighting | null = null;
  private error: ErrorBody | null = null;
  private endedAt: number | null = null;

  constructor(
    readonly record: JobRecord,
    private readonly plan: ScaleOutPlan,
    private readonly planUri: string,
    private readonly now: () => number
  ) {
    super();
    if (record.ended) {
      this.ended(record.ended);
    }
  }

  status(): ExportStatus {
    const { name, bucket, key, startedAt, origin } = this.record;
    const { report } = this;
    const committed = report?.sequence ?? null;
    return {
      exportId: name,
      state: this.state,
      sql: this.plan.draft.query.sql,
      origin,
      ...{ bucket, key, uri: `s3://${bucket}/${key}` },
      dataset: this.record.dataset,
      format: 'parquet',
      version: committed === null ? null : this.plan.version,
      manifest:
        committed === null ? null : `s3://${bucket}/${manifestKey({ bucket, prefix: key }, committed)}`,
      phase: this.final ? null : `Spark: ${phaseOf(report)}`,
      files: report?.files ?? 0,
      rowEstimate: null,
      warnings: [...this.plan.notes, ...(report?.warnings ?? [])],
      rowsRead: report?.rows ?? 0,
      rowsWritten: report?.rows ?? 0,
      bytes: report?.bytes ?? 0,
      startedAt: new Date(startedAt).toISOString(),
      elapsedMs: (this.endedAt ?? this.now()) - startedAt,
      error: this.error
    };
  }

  details(): ScaleOutJobStatus {
    const { name, engine } = this.record;
    const { parts, sessions, cutBy, snapshot, notes } = this.plan;
    return {
      ...{ name, engine, state: this.state, plan: this.planUri, sessions, cutBy, notes },
      parts: parts.length,
      partsDone: this.report?.partsDone ?? 0,
      oneSnapshot: snapshot !== null,
      log: this.sighting && this.sighting.log.length > 0 ? this.sighting.log : (this.report?.log ?? []),
      cost: this.sighting?.costUsd ?? null
    };
  }

  override get final(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled';
  }

  /** All sessions see the snapshot through the leader's by now. */
  get hasJoined(): boolean {
    return (
      this.report !== null && !['starting', 'joining the snapshot'].includes(this.report.phase ?? 'starting')
    );
  }

  get hasReported(): boolean {
    return this.report !== null;
  }

  /** Its own, as it has reported it. */
  get process(): ProgramProcess | null {
    return this.report?.process ?? null;
  }

  /** When the program was last heard of. */
  get heardAt(): number {
    return this.report === null ? this.record.startedAt : Date.parse(this.report.updatedAt);
  }

  /** What the program and its engine say; the engine's end counts only when the program has not said how it ended. */
  saw(report: JobReport | null, sighting: Sighting | null): void {
    if (this.final) {
      return;
    }
    this.report = report ?? this.report;
    this.sighting = sighting ?? this.sighting;
    const own = this.report?.state ?? 'starting';
    if (own === 'done' || own === 'cancelled') {
      this.end(own, null, this.heardAt);
    } else if (own === 'failed') {
      this.end('failed', bodyOf(this.report!, this.planUri), this.heardAt);
    } else if (sighting?.state === 'failed' || sighting?.state === 'done') {
      this.failed(gone(this.planUri, sighting.reason));
    } else if (sighting?.state === 'cancelled') {
      this.end('cancelled', null);
    } else {
      this.state = own === 'starting' ? 'queued' : 'running';
    }
    this.changed();
  }

  /** By a gateway, this one or an earlier one. */
  ended({ state, error, at }: JobEnd): void {
    this.end(state, error, at);
    this.changed();
  }

  failed(error: unknown): void {
    this.end('failed', toErrorBody(error));
    this.changed();
  }

  private end(state: ExportStatus['state'], error: ErrorBody | null, at = this.now()): void {
    this.state = state;
    this.error = error;
    this.endedAt ??= at;
  }
}

/** `writing, 3 of 8 parts` */
function phaseOf(report: JobReport | null): string {
  const phase = report?.phase ?? 'starting';
  return report && phase === 'writing' ? `${phase}, ${report.partsDone} of ${report.parts} parts` : phase;
}

/** The program ended without a word of its own. */
export function gone(planUri: string, reason: string | null): GatewayError {
  return new GatewayError('export-incomplete', 'The export on Spark ended before it was complete.', {
    subject: dirname(planUri),
    detail: reason,
    action: 'Nothing was committed. Look at its log, and export again.'
  });
}

function bodyOf({ error }: JobReport, planUri: string): ErrorBody {
  if (!error) {
    return gone(planUri, null).body;
  }
  const code = ERROR_CODES.find(known => known === error.code) ?? 'internal';
  return new GatewayError(code, error.message, { action: error.action, detail: error.detail }).body;
}
