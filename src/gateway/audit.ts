import { createHash } from 'node:crypto';
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { QueryStatus } from '../contract/query';
import type { AuditStream } from './audit-stream';

export interface AuditOptions {
  readonly file: string;
  /** The person that the gateway works for, as the machine knows them. */
  readonly user: string;
  /** Whether the statement itself is written beside its hash. */
  readonly withSql: boolean;
  /** A file that has grown to this size is kept as `<file>.1` and a new one begun. */
  readonly rotateBytes: number;
}

/** What an audit line is made of. */
interface AuditedQuery {
  status(): QueryStatus;
  /** The database user of the connection that was used last; null when there was none. */
  readonly databaseUser: string | null;
  until(): Promise<void>;
}

/** Characters of a statement that go into the copy; JSON makes six bytes of one at most, and an event has 256 KB. */
const COPIED_SQL_CHARACTERS = 40_000;
/** For the last lines of the copy: the gateway's own end must not wait for a log group that does not answer. */
const COPY_WITHIN_MS = 3_000;

/** Files kept besides the one that is written. */
const FILES_KEPT = 5;

/**
 * One line of JSON a statement, written when it has ended: `time` (ISO 8601, UTC), `user`, `origin`, `profile`, `databaseUser`,
 * `queryId`, `sha256` of the statement's text, `rows`, `bytes` of Arrow, `durationMs`, `outcome`, `code` of the error.
 * Parameter values are never written.
 */
export class Audit {
  private writing: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    private readonly options: AuditOptions,
    private readonly now: () => number,
    private readonly log: (line: string) => void,
    /** A copy elsewhere, where there is one. */
    private readonly stream: AuditStream | null
  ) {}

  /** Starts queries as `queries` does, and follows each. */
  over<R, Q extends AuditedQuery>(queries: { start(request: R): Q }): { start(request: R): Q } {
    return {
      start: request => {
        const query = queries.start(request);
        this.follow(query);
        return query;
      }
    };
  }

  /** Writes the line of a query once it has ended. */
  follow(query: AuditedQuery): void {
    void query.until().then(() => {
      const entry = this.entry(query);
      this.stream?.add(JSON.stringify(entry, cutSql));
      this.writing = this.writing.then(() => this.write(`${JSON.stringify(entry)}\n`));
    });
  }

  /** Resolves when all queries that have ended are written; the copy has three seconds. The last call. */
  async close(): Promise<void> {
    // A query that has just ended gets its line in the next turn.
    await new Promise(resolve => setImmediate(resolve));
    await Promise.all([this.writing, this.stream?.close(COPY_WITHIN_MS)]);
  }

  private entry(query: AuditedQuery): object {
    const { user, withSql } = this.options;
    const { sql, origin, profile, queryId, rows, bytes, elapsedMs, state, truncated, error } = query.status();
    return {
      time: new Date(this.now()).toISOString(),
      user,
      origin,
      profile,
      databaseUser: query.databaseUser,
      queryId,
      sha256: createHash('sha256').update(sql).digest('hex'),
      ...(withSql ? { sql } : {}),
      rows,
      bytes,
      durationMs: Math.round(elapsedMs),
      outcome: truncated ? 'truncated' : state,
      code: error?.code ?? null
    };
  }

  /** A disk that takes no line fails no query; it is said once, until a line is written again. */
  private async write(line: string): Promise<void> {
    const { file } = this.options;
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await this.rotate();
      await appendFile(file, line, { mode: 0o600 });
      this.failing = false;
    } catch (error) {
      if (!this.failing) {
        this.failing = true;
        this.log(`audit lines are being lost: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private async rotate(): Promise<void> {
    const { file, rotateBytes } = this.options;
    const size = await stat(file).then(
      stats => stats.size,
      () => 0
    );
    if (size < rotateBytes) {
      return;
    }
    await rm(`${file}.${FILES_KEPT}`, { force: true });
    for (let number = FILES_KEPT - 1; number >= 1; number--) {
      await rename(`${file}.${number}`, `${file}.${number + 1}`).catch(absentIsFine);
    }
    await rename(file, `${file}.1`).catch(absentIsFine);
  }
}

/** The hash beside it is that of the whole statement. */
function cutSql(key: string, value: unknown): unknown {
  return key === 'sql' && typeof value === 'string' && value.length > COPIED_SQL_CHARACTERS
    ? `${value.slice(0, COPIED_SQL_CHARACTERS)} … (cut)`
    : value;
}

/** There are fewer files at first, and another gateway of this person may have moved one. */
function absentIsFine(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
