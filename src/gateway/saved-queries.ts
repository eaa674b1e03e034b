import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSavedQueries, type SavedQuery, type SaveRequest } from '../contract/history';
import { ContractError } from '../contract/parse';
import { GatewayError } from './gateway-error';

/** Named statements of one user, in one file that they alone can read. */
export class SavedQueries {
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly now: () => number
  ) {}

  /** By name. Throws GatewayError `internal` for a file that cannot be understood, which is then left as it is. */
  async list(): Promise<readonly SavedQuery[]> {
    const content = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{"queries":[]}';
      throw this.failure('cannot be read', error);
    });
    try {
      return parseSavedQueries(JSON.parse(content)).queries;
    } catch (error) {
      if (error instanceof ContractError || error instanceof SyntaxError) {
        throw this.failure('is not one of saved queries', error);
      }
      throw error;
    }
  }

  save({ id, name, written }: SaveRequest): Promise<SavedQuery> {
    const parameters = written.parameters.map(parameter => ({
      ...parameter,
      value: parameter.secret ? null : parameter.value
    }));
    const savedAt = new Date(this.now()).toISOString();
    const query = { id: id ?? randomUUID(), name, written: { sql: written.sql, parameters }, savedAt };
    return this.change(queries => [...queries.filter(known => known.id !== query.id), query]).then(
      () => query
    );
  }

  async remove(id: string): Promise<void> {
    await this.change(queries => queries.filter(known => known.id !== id));
  }

  /** One change after another, each of the file as a whole. */
  private change(next: (queries: readonly SavedQuery[]) => readonly SavedQuery[]): Promise<void> {
    const done = this.writing.then(async () => {
      const queries = [...next(await this.list())].sort((one, other) => one.name.localeCompare(other.name));
      try {
        await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
        const written = `${this.file}.${process.pid}`;
        await writeFile(written, JSON.stringify({ queries }, null, 1), { mode: 0o600 });
        await rename(written, this.file);
      } catch (error) {
        throw this.failure('cannot be written', error);
      }
    });
    this.writing = done.catch(() => undefined);
    return done;
  }

  private failure(what: string, cause: unknown): GatewayError {
    return new GatewayError(
      'internal',
      `The file of saved queries, ${this.file}, ${what}.`,
      { subject: this.file, action: 'See that it is yours and whole, or move it away to begin anew.' },
      cause
    );
  }
}
