import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseJobReport, type JobReport, type ScaleOutPlan } from '../../contract/scale-out';
import { JOBS, type DatasetAddress } from '../dataset/layout';
import { readText } from '../s3/objects';

/** What gateway and program tell each other of one job: a plan, a report and a wish to end, below the dataset's `_jobs/`. */
export class JobFiles {
  constructor(
    private readonly s3: S3Client,
    private readonly address: DatasetAddress,
    private readonly name: string
  ) {}

  get planUri(): string {
    return `s3://${this.address.bucket}/${this.key('plan.json')}`;
  }

  async putPlan(plan: ScaleOutPlan): Promise<void> {
    await this.put('plan.json', JSON.stringify(plan, null, 1));
  }

  /** Null where there is none. */
  async plan(): Promise<ScaleOutPlan | null> {
    const content = await this.read('plan.json');
    // It was written by this program, and is only shown.
    return content === null ? null : (JSON.parse(content) as ScaleOutPlan);
  }

  /** Null before the program's first one. */
  async report(): Promise<JobReport | null> {
    const content = await this.read('report.json');
    return content === null ? null : parseJobReport(JSON.parse(content));
  }

  async askToCancel(): Promise<void> {
    await this.put('cancel', '{}');
  }

  private key(file: string): string {
    return `${this.address.prefix}/${JOBS}${this.name}/${file}`;
  }

  private read(file: string): Promise<string | null> {
    return readText(this.s3, { bucket: this.address.bucket, key: this.key(file) });
  }

  private async put(file: string, Body: string): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        ...{ Bucket: this.address.bucket, Key: this.key(file), Body },
        ContentType: 'application/json'
      })
    );
  }
}
