import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDatasetRequest } from '../../contract/dataset';
import { count, list, oneOf, record, text, type Parsed } from '../../contract/parse';
import { parseOrigin } from '../../contract/query';

/** What must be known of a job to find it again. */
export const parseJobRecord = record({
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
  instanceType: text
});
export type JobRecord = Parsed<typeof parseJobRecord>;

const KEPT = 100;

/** The jobs of this machine by name, on disk, so that the next gateway goes on following them. */
export class JobList {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private records: readonly JobRecord[]
  ) {}

  /** A list that cannot be read is begun anew: the jobs themselves lie on S3. */
  static async open(directory: string): Promise<JobList> {
    const file = path.join(directory, 'spark-jobs.json');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const records = await readFile(file, 'utf8')
      .then(content => list(parseJobRecord)(JSON.parse(content)))
      .catch(() => []);
    return new JobList(file, records);
  }

  /** The oldest first. */
  all(): readonly JobRecord[] {
    return this.records;
  }

  /** Resolves once it is on disk: only then may the job be started. */
  add(job: JobRecord): Promise<void> {
    this.records = [...this.records, job].slice(-KEPT);
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const draft = `${this.file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(this.records), { mode: 0o600 });
    await rename(draft, this.file);
  }
}
