import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDatasetRequest } from '../../contract/dataset';
import { parseErrorBody } from '../../contract/errors';
import { count, flag, nullable, oneOf, optional, record, text, type Parsed } from '../../contract/parse';
import { parseOrigin } from '../../contract/query';

/** How and when a gateway ended a job whose program and engine might not tell. */
const parseEnd = record({
  state: oneOf('failed', 'cancelled'),
  /** Milliseconds since 1970. */
  at: count,
  error: nullable(parseErrorBody)
});
export type JobEnd = Parsed<typeof parseEnd>;

/** What must be known of a job to find it again. */
const parseJobRecord = record({
  name: text,
  engine: oneOf('local', 'sagemaker'),
  bucket: text,
  /** The dataset's prefix. */
  key: text,
  version: text,
  dataset: parseDatasetRequest,
  origin: parseOrigin,
  /** Milliseconds since 1970. */
  startedAt: count,
  instances: count,
  instanceType: text,
  ended: optional(nullable(parseEnd), null),
  /** Taken out of the list of exports; it is known by its name. */
  cleared: optional(flag, false)
});
export type JobRecord = Parsed<typeof parseJobRecord>;

/** Older ones are forgotten here; what they have written stays. */
const KEPT = 100;

/** The jobs of this machine, a file each, so that every gateway after this one goes on following them. */
export class JobList {
  private constructor(private readonly directory: string) {}

  static async open(parent: string): Promise<JobList> {
    const directory = path.join(parent, 'spark-jobs');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new JobList(directory);
  }

  /** The oldest first. */
  async all(): Promise<readonly JobRecord[]> {
    const names = (await readdir(this.directory)).filter(file => file.endsWith('.json')).sort();
    const found = await Promise.all(names.map(file => this.find(path.basename(file, '.json'))));
    return found.filter(job => job !== null);
  }

  /** Null for one that was not started here, or whose file cannot be read. */
  async find(name: string): Promise<JobRecord | null> {
    try {
      return parseJobRecord(JSON.parse(await readFile(this.fileOf(name), 'utf8')));
    } catch {
      return null;
    }
  }

  /** Resolves once it is on disk, in the place of what was known of it: only then may the job be started. */
  async put(job: JobRecord): Promise<void> {
    const draft = `${this.fileOf(job.name)}.${process.pid}`;
    await writeFile(draft, JSON.stringify(job), { mode: 0o600 });
    await rename(draft, this.fileOf(job.name));
    const names = (await readdir(this.directory)).sort();
    await Promise.all(
      names.slice(0, -KEPT).map(name => rm(path.join(this.directory, name), { force: true }))
    );
  }

  private fileOf(name: string): string {
    return path.join(this.directory, `${name}.json`);
  }
}
