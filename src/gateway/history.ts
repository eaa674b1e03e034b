import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { type HistoryEntry, parseHistoryEntry } from '../contract/history';
import { ContractError } from '../contract/parse';
import { isFinal, type QueryRequest, type QueryStatus } from '../contract/query';

export interface HistoryOptions {
  readonly file: string;
  /** A file that has grown to this size is kept as `<file>.1`, in the place of the one kept before. */
  readonly rotateBytes: number;
}

/** A statement that a history line is made of. */
interface RememberedQuery {
  readonly request: QueryRequest;
  status(): QueryStatus;
  until(): Promise<void>;
}

/** Statements are text that people read; one beyond this is data. */
const MOST_SQL_CHARACTERS = 100_000;
const LONGEST_LIST = 500;

/**
 * What the user has run, on disk: one line of JSON a statement, readable by them alone. Previews are not remembered, nor
 * is the value of a parameter that the request does not name among those that may be.
 */
export class History {
  private writing: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    private readonly options: HistoryOptions,
    private readonly log: (line: string) => void
  ) {}

  /** Starts queries as `queries` does, and remembers each once it has ended. */
  over<Q extends RememberedQuery>(queries: {
    start(request: QueryRequest): Q;
  }): {
    start(request: QueryRequest): Q;
  } {
    return {
      start: request => {
        const query = queries.start(request);
        if (request.origin.kind !== 'preview') {
          void query.until().then(() => this.remember(query));
        }
        return query;
      }
    };
  }

  /** The newest statements first, those whose text, values or origin hold every word of `search`. */
  async entries(search: string, limit: number): Promise<readonly HistoryEntry[]> {
    await this.writing;
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found: HistoryEntry[] = [];
    for (const file of this.files) {
      for (const line of (await linesOf(file)).reverse()) {
        const entry = understood(line);
        if (entry && words.every(word => searchable(entry).includes(word))) found.push(entry);
        if (found.length >= Math.min(limit, LONGEST_LIST)) return found;
      }
    }
    return found;
  }

  /** Forgets one statement, or with null all. */
  forget(id: string | null): Promise<void> {
    return this.inTurn(async () => {
      for (const file of this.files) {
        const kept = (await linesOf(file)).filter(line => id !== null && understood(line)?.id !== id);
        if (kept.length === 0) {
          await rm(file, { force: true });
        } else {
          await writeFile(`${file}.new`, kept.map(line => `${line}\n`).join(''), { mode: 0o600 });
          await rename(`${file}.new`, file);
        }
      }
    });
  }

  /** Resolves when all statements that have ended are written. */
  async close(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    await this.writing;
  }

  /** The newest first. */
  private get files(): readonly string[] {
    return [this.options.file, `${this.options.file}.1`];
  }

  private remember(query: RememberedQuery): Promise<void> {
    const line = `${JSON.stringify(entryOf(query))}\n`;
    return this.inTurn(() => this.write(line)).catch((error: unknown) => {
      // A disk that takes no line fails no query; it is said once, until a line is written again.
      if (!this.failing) {
        this.log(`history is being lost: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.failing = true;
    });
  }

  private async write(line: string): Promise<void> {
    const { file, rotateBytes } = this.options;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const size = (await stat(file).catch(() => null))?.size ?? 0;
    if (size >= rotateBytes) {
      await rename(file, `${file}.1`);
    }
    await appendFile(file, line, { mode: 0o600 });
    this.failing = false;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }
}

function entryOf(query: RememberedQuery): HistoryEntry {
  const { sql, origin, state, startedAt, rows, truncated, elapsedMs, error } = query.status();
  const written = query.request.written ?? { sql, parameters: [] };
  return {
    id: randomUUID(),
    startedAt,
    written: {
      sql: written.sql.slice(0, MOST_SQL_CHARACTERS),
      parameters: written.parameters.map(({ name, value, secret }) => ({
        name,
        value: secret ? null : value,
        secret
      }))
    },
    origin,
    state: isFinal({ state }) && state !== 'queued' && state !== 'running' ? state : 'cancelled',
    rows,
    truncated,
    elapsedMs: Math.round(elapsedMs),
    message: error?.message ?? null
  };
}

async function linesOf(file: string): Promise<string[]> {
  const content = await readFile(file, 'utf8').catch(() => '');
  return content.split('\n').filter(line => line !== '');
}

/** Null for a line of another version, or one that was cut short by a full disk. */
function understood(line: string): HistoryEntry | null {
  try {
    return parseHistoryEntry(JSON.parse(line));
  } catch (error) {
    if (error instanceof ContractError || error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

function searchable({ written, origin, message }: HistoryEntry): string {
  const values = written.parameters.map(({ value }) => value ?? '');
  return [written.sql, origin.label, message ?? '', ...values].join('\n').toLowerCase();
}
