import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client
} from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EMULATOR_KEYS, REGION, startAwsEmulator } from '../../../demo/aws-emulator';

export const BUCKET = 'data-science';

export function connectS3(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    }
  });
}

/** An S3 of its own with one empty bucket, and what can be seen in it. */
export class EmulatedS3 {
  private constructor(
    readonly endpoint: string,
    readonly client: S3Client,
    private readonly end: () => Promise<void>
  ) {}

  static async start(): Promise<EmulatedS3> {
    const stateDir = mkdtempSync(path.join(tmpdir(), 's3-'));
    const emulator = await startAwsEmulator({ stateDir, pythonEnvironment: path.resolve('.venv') });
    const client = connectS3(emulator.endpoint);
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await client.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
    return new EmulatedS3(emulator.endpoint, client, async () => {
      client.destroy();
      await emulator.stop();
      rmSync(stateDir, { recursive: true });
    });
  }

  async keys(): Promise<string[]> {
    const { Contents } = await this.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return (Contents ?? []).map(({ Key }) => Key ?? '');
  }

  async unfinishedUploads(): Promise<number> {
    const { Uploads } = await this.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    return Uploads?.length ?? 0;
  }

  async read(key: string): Promise<Buffer> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  stop(): Promise<void> {
    return this.end();
  }
}
