import type { Activity } from '../contract/activity';
import type { ExportStatus } from '../contract/export';
import { isFinal, type QueryStatus } from '../contract/query';
import type { Config } from './config';

/** What the gateway is doing and when a person last did something, for the idle policy. */
export class ActivityLog {
  private lastInputAt: number | null = null;
  private lastWorkAt: number | null = null;
  private readonly startedAt: number;

  constructor(
    private readonly config: Pick<Config, 'idleTimeoutMinutes' | 'stopper'>,
    private readonly now: () => number
  ) {
    this.startedAt = now();
  }

  /** A person used keyboard or pointer. */
  input(): void {
    this.lastInputAt = this.now();
  }

  /** A query or an export runs or has just ended. */
  work(): void {
    this.lastWorkAt = this.now();
  }

  report(queries: readonly QueryStatus[], exports: readonly ExportStatus[]): Activity {
    const running = exports.filter(status => !isFinal(status));
    if (queries.length + running.length > 0) {
      this.work();
    }
    return {
      queries: queries.map(({ queryId, origin, startedAt, rows }) => ({
        id: queryId,
        label: origin.label,
        startedAt,
        rows
      })),
      exports: running.map(({ exportId, uri, startedAt, rowsWritten }) => ({
        id: exportId,
        label: uri,
        startedAt,
        rows: rowsWritten
      })),
      lastWorkAt: iso(this.lastWorkAt),
      lastInputAt: iso(this.lastInputAt),
      bootedAt: new Date(this.startedAt).toISOString(),
      idleTimeoutMinutes: this.config.idleTimeoutMinutes,
      stopper: this.config.stopper
    };
  }
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
