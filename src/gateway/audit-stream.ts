import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { readAwsError } from './aws-failure';

export interface AuditStreamOptions {
  readonly group: string;
  /** One stream for each run of a gateway: only it writes there. */
  readonly stream: string;
  /** How long lines gather before they are sent. */
  readonly everyMs: number;
}

interface Line {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** PutLogEvents takes 10,000 events and 1 MB; a line is below 1 KB unless it holds the statement. */
const LINES_A_CALL = 500;
const BYTES_A_CALL = 900_000;
/** What CloudWatch counts for an event beside its message. */
const EVENT_BYTES = 26;
/** PutLogEvents takes no event that is larger, with what is counted beside the message. */
const EVENT_LIMIT_BYTES = 256 * 1024;
/** PutLogEvents takes no call whose first and last event are further apart; it was unreachable then. */
const CALL_SPAN_MS = 24 * 3_600_000;
/** Lines that wait for CloudWatch at most; the audit file has all of them. */
const LINES_KEPT = 20_000;

/** Copies audit lines to a log group, where nobody on this machine can alter them. */
export class AuditStream {
  private waiting: readonly Line[] = [];
  private created = false;
  private failing = false;
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(
    private readonly logs: () => Promise<CloudWatchLogs>,
    private readonly options: AuditStreamOptions,
    private readonly now: () => number,
    private readonly log: (line: string) => void
  ) {}

  /** A line that no log group takes is left out, which is said: all that follow would wait behind it. */
  add(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes + EVENT_BYTES > EVENT_LIMIT_BYTES) {
      this.log(`an audit line of ${bytes} bytes is too large for the log group ${this.options.group}`);
      return;
    }
    this.waiting = [...this.waiting.slice(1 - LINES_KEPT), { timestamp: this.now(), message: line }];
    this.timer ??= setTimeout(() => void this.flush(), this.options.everyMs).unref();
  }

  /** Sends what waits; resolves when that is done or has failed, which is tried again with the next lines. */
  flush(): Promise<void> {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.sending = this.sending.then(() => this.sendAll());
    return this.sending;
  }

  /** Sends what waits for the last time, within `ms`; what has not arrived then is only in the file, which is said. */
  async close(ms: number): Promise<void> {
    const late = setTimeout(() => this.ending.abort(), ms);
    await this.flush();
    clearTimeout(late);
    if (this.timer) {
      clearTimeout(this.timer);
    }
    if (this.waiting.length > 0) {
      this.log(`${this.waiting.length} audit lines did not reach the log group ${this.options.group}`);
    }
  }

  private async sendAll(): Promise<void> {
    const { group, stream } = this.options;
    try {
      const logs = await this.logs();
      await this.create(logs);
      while (this.waiting.length > 0) {
        const lines = this.nextCall();
        await logs.putLogEvents(
          { logGroupName: group, logStreamName: stream, logEvents: lines },
          { abortSignal: this.ending.signal }
        );
        this.waiting = this.waiting.filter(line => !lines.includes(line));
        this.failing = false;
      }
    } catch (error) {
      if (!this.failing) {
        this.failing = true;
        this.log(
          `audit lines do not reach the log group ${group}: ${error instanceof Error ? error.message : String(error)}`
        );
      }
      this.timer ??= setTimeout(() => void this.flush(), 10 * this.options.everyMs).unref();
    }
  }

  private async create(logs: CloudWatchLogs): Promise<void> {
    if (this.created) {
      return;
    }
    const { group, stream } = this.options;
    try {
      await logs.createLogStream(
        { logGroupName: group, logStreamName: stream },
        { abortSignal: this.ending.signal }
      );
    } catch (error) {
      if (readAwsError(error).name !== 'ResourceAlreadyExistsException') {
        throw error;
      }
    }
    this.created = true;
  }

  /** The oldest lines, as many as one call takes; they are in the order of their times. */
  private nextCall(): Line[] {
    let bytes = 0;
    const first = this.waiting[0]?.timestamp ?? 0;
    const end = this.waiting.findIndex(({ message, timestamp }, index) => {
      bytes += Buffer.byteLength(message) + EVENT_BYTES;
      return (
        index > 0 && (index >= LINES_A_CALL || bytes > BYTES_A_CALL || timestamp - first >= CALL_SPAN_MS)
      );
    });
    return this.waiting.slice(0, end < 0 ? undefined : end);
  }
}
