import { homedir } from 'node:os';
import type { Activity } from '../contract/activity';
import type { KeepAwake, KeepAwakeRequest } from '../contract/auto-stop';
import type { ExportStatus } from '../contract/export';
import { isFinal, type QueryStatus } from '../contract/query';
import { LONGEST_KEEP_AWAKE_MS, WORK_ENDS } from '../idle/keep-awake';
import type { AutoStopFiles } from './auto-stop-files';
import type { Config } from './config';
import { GatewayError } from './gateway-error';

type RunningQuery = Pick<QueryStatus, 'queryId' | 'origin' | 'startedAt' | 'rows'>;

interface World {
  readonly config: Pick<Config, 'idleTimeoutMinutes' | 'maxBusyHours' | 'stopper'>;
  readonly files: AutoStopFiles;
  readonly now: () => number;
  /** When the machine started, in milliseconds since 1970. */
  readonly bootedAtMs: () => number;
}

/** A stop that was announced and has not come by then does not come any more. */
const ANNOUNCED_FOR_MS = 10 * 60_000;

/** What the gateway is doing and when a person last did something, for the idle policy. */
export class ActivityLog {
  private lastInputAt: number | null = null;
  private lastWorkAt: number | null = null;
  private stoppingAt: number | null = null;
  private readonly startedAt: number;
  private readonly growth = new Map<string, { readonly rows: number; readonly at: number }>();

  constructor(private readonly world: World) {
    this.startedAt = world.now();
  }

  /** A person used keyboard or pointer. */
  input(): void {
    this.lastInputAt = this.world.now();
  }

  /** A query or an export runs or has just ended. */
  work(): void {
    this.lastWorkAt = this.world.now();
  }

  /** The instance is about to stop, or with false not any more. */
  announceStop(isComing: boolean): void {
    this.stoppingAt = isComing ? this.world.now() : null;
  }

  /** Throws `gateway-unavailable` for work that the announced stop would cut off. */
  refuseBeforeStop(what: string): void {
    if (this.announcedStop() !== null) {
      throw new GatewayError('gateway-unavailable', `This instance is stopping, so ${what} does not start.`, {
        action: 'Start it again in a minute if the instance still runs, else after its next start.'
      });
    }
  }

  /** Keeps the instance on, or with null no longer so. Throws `bad-request` for a time nobody may ask for. */
  async keepAwake(wish: KeepAwakeRequest | null): Promise<void> {
    await this.world.files.keep(wish && this.wished(wish));
  }

  async report(queries: readonly RunningQuery[], exports: readonly ExportStatus[]): Promise<Activity> {
    const { config, files, bootedAtMs } = this.world;
    const running = exports.filter(status => !isFinal(status));
    if (queries.length + running.length > 0) {
      this.work();
    }
    const [keepAwake, machine, log] = await Promise.all([files.keepAwake(), files.machine(), files.log()]);
    const work = {
      queries: queries.map(({ queryId, origin, startedAt, rows }) =>
        this.progress({ id: queryId, label: origin.label, startedAt, rows })
      ),
      exports: running.map(({ exportId, uri, startedAt, rowsWritten }) =>
        this.progress({ id: exportId, label: uri, startedAt, rows: rowsWritten })
      )
    };
    this.forgetAllBut([...work.queries, ...work.exports].map(({ id }) => id));
    return {
      ...work,
      lastWorkAt: iso(this.lastWorkAt),
      lastInputAt: iso(this.lastInputAt),
      bootedAt: new Date(config.stopper === 'none' ? this.startedAt : bootedAtMs()).toISOString(),
      idleTimeoutMinutes: config.idleTimeoutMinutes,
      maxBusyHours: config.maxBusyHours,
      stopper: config.stopper,
      keepAwake,
      machine,
      log: log && fromHome(log),
      stoppingAt: iso(this.announcedStop())
    };
  }

  private announcedStop(): number | null {
    const { stoppingAt } = this;
    return stoppingAt !== null && this.world.now() - stoppingAt < ANNOUNCED_FOR_MS ? stoppingAt : null;
  }

  private wished({ minutes }: KeepAwakeRequest): KeepAwake {
    const now = this.world.now();
    const askedAt = new Date(now).toISOString();
    if (minutes === null) {
      return { until: WORK_ENDS, askedAt };
    }
    if (minutes <= 0 || 60_000 * minutes > LONGEST_KEEP_AWAKE_MS) {
      throw new GatewayError('bad-request', 'An instance can be kept on for up to 72 hours at a time.', {
        subject: 'minutes',
        action: 'Ask for a number of minutes above 0 and up to 4320, or null.'
      });
    }
    return { until: new Date(now + 60_000 * minutes).toISOString(), askedAt };
  }

  /** With when its rows last grew, as far as reports were asked for. */
  private progress<W extends { readonly id: string; readonly rows: number }>(
    work: W
  ): W & { progressAt: string } {
    const known = this.growth.get(work.id);
    const growth = known?.rows === work.rows ? known : { rows: work.rows, at: this.world.now() };
    this.growth.set(work.id, growth);
    return { ...work, progressAt: new Date(growth.at).toISOString() };
  }

  private forgetAllBut(ids: readonly string[]): void {
    [...this.growth.keys()].filter(id => !ids.includes(id)).forEach(id => this.growth.delete(id));
  }
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** As JupyterLab writes its own root, so that the two can be compared. */
function fromHome(file: string): string {
  const home = homedir();
  return file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;
}
