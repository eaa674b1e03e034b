import { randomUUID } from 'node:crypto';
import type { ErrorBody } from '../contract/errors';
import type { ExportRequest, ExportStatus } from '../contract/export';
import { GatewayError, toErrorBody } from './gateway-error';
import { Progress } from './progress';
import type { RowSource } from './results/row-source';
import { uriOf } from './s3/address';

/** The rows read are looked at this often, since a source tells of them only when asked. */
const LOOK_EVERY_MS = 250;

/** One export: what it is doing, who watches, and the way to end it. */
export class ExportJob extends Progress<ExportStatus> {
  readonly id = randomUUID();
  private state: ExportStatus['state'] = 'queued';
  private rowsRead = 0;
  private rowsWritten = 0;
  private bytes = 0;
  private error: ErrorBody | null = null;
  private endedAt: number | null = null;
  private committedVersion: string | null = null;
  private manifest: string | null = null;
  private doing: string | null = null;
  private files = 0;
  private rowEstimate: number | null = null;
  private readonly warnings: string[] = [];
  private look: NodeJS.Timeout | undefined;
  private readonly startedAt: number;
  private readonly stop = new AbortController();

  constructor(
    readonly request: ExportRequest,
    private readonly now: () => number
  ) {
    super();
    this.startedAt = now();
  }

  /** Aborted when somebody wants the export to end; its reason is a GatewayError `cancelled`. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  status(): ExportStatus {
    const { sql, origin, bucket, key, format, dataset } = this.request;
    return {
      exportId: this.id,
      state: this.state,
      sql,
      origin,
      bucket,
      key,
      uri: uriOf(this.request),
      format,
      dataset,
      version: this.committedVersion,
      manifest: this.manifest,
      phase: this.doing,
      files: this.files,
      rowEstimate: this.rowEstimate,
      warnings: [...this.warnings],
      rowsRead: this.rowsRead,
      rowsWritten: this.rowsWritten,
      bytes: this.bytes,
      startedAt: new Date(this.startedAt).toISOString(),
      elapsedMs: (this.endedAt ?? this.now()) - this.startedAt,
      error: this.error
    };
  }

  /** The statement runs and its rows can be read. */
  running(source: RowSource): void {
    this.state = 'running';
    this.look = setInterval(() => this.read(source.rowsRead()), LOOK_EVERY_MS).unref();
    this.changed();
  }

  /** The rows and bytes so far count no more. */
  startedOver(): void {
    this.rowsRead = 0;
    this.rowsWritten = 0;
    this.bytes = 0;
    this.files = 0;
    this.changed();
  }

  phase(name: string | null): void {
    this.doing = name;
    this.changed();
  }

  /** Another file is complete. */
  file(): void {
    this.files++;
    this.changed();
  }

  estimated(rows: number | null): void {
    this.rowEstimate = rows;
    this.changed();
  }

  /** Something that the person should know although the export goes well. */
  warn(sentence: string): void {
    this.warnings.push(sentence);
    this.changed();
  }

  /** A version of a dataset is visible. */
  committed(version: string, manifest: string): void {
    this.committedVersion = version;
    this.manifest = manifest;
    this.changed();
  }

  written(rows: number): void {
    this.rowsWritten = rows;
    this.changed();
  }

  uploaded(bytes: number): void {
    this.bytes = bytes;
    this.changed();
  }

  /** Throws GatewayError `export-incomplete` unless every row that was read has been written. */
  confirm(source: RowSource): void {
    this.read(source.rowsRead());
    if (this.rowsRead !== this.rowsWritten) {
      const subject = uriOf(this.request);
      throw new GatewayError(
        'export-incomplete',
        `${this.rowsRead} rows were read but ${this.rowsWritten} were written, so ${subject} was not completed.`,
        { subject, action: 'Export again; if it happens again, report it with the query.' }
      );
    }
  }

  done(): void {
    this.end('done');
  }

  failed(error: unknown): void {
    this.error = toErrorBody(this.signal.aborted ? this.signal.reason : error);
    this.end(this.error.code === 'cancelled' ? 'cancelled' : 'failed');
  }

  /** Asks the export to end. Its state tells when it has; one that is already being completed ends well. */
  cancel(): void {
    if (!this.final) {
      this.stop.abort(
        new GatewayError('cancelled', 'The export was cancelled.', { subject: uriOf(this.request) })
      );
    }
  }

  private read(rows: number): void {
    if (rows !== this.rowsRead) {
      this.rowsRead = rows;
      this.changed();
    }
  }

  private end(state: ExportStatus['state']): void {
    clearInterval(this.look);
    this.doing = null;
    this.endedAt = this.now();
    this.state = state;
    this.changed();
  }
}
