import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { EMULATOR_KEYS, REGION, startAwsEmulator, type AwsEmulator } from '../../../demo/aws-emulator';
import { filledScript, type Hook } from './filled-script';

const BUCKET = 'trial-assets';
const KEY = 'bundle.tar';

/** A bundle built by `npm run bundle`, and the emulated S3 that hands it out. */
export interface Trial {
  readonly sha256: string;
  readonly bundle: Buffer;
  /** What the AWS command line needs to talk to the emulator; on an instance the role does that. */
  readonly env: Readonly<Record<string, string>>;
  /** The script for the bundle of this trial. */
  script(hook: Hook): string;
  upload(bundle: Buffer): Promise<void>;
  removeBundle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTrial(): Promise<Trial> {
  const directory = await mkdtemp(path.join(tmpdir(), 'replica-trial-'));
  const file = path.join(directory, 'bundle.tar');
  await buildBundle(file, directory);
  const bundle = readFileSync(file);
  const sha256 = readFileSync(`${file}.sha256`, 'utf8').split(' ')[0] ?? '';
  const emulator: AwsEmulator = await startAwsEmulator({ stateDir: directory, pythonEnvironment: '.venv' });
  const s3 = new S3Client({
    endpoint: emulator.endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    }
  });
  await s3.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } })
  );
  return {
    sha256,
    bundle,
    env: {
      AWS_ACCESS_KEY_ID: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY,
      AWS_ENDPOINT_URL: emulator.endpoint
    },
    script: hook => filledScript(hook, { BUNDLE_SHA256: sha256, BUNDLE_S3_URI: `s3://${BUCKET}/${KEY}` }),
    upload: async body => {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: body }));
    },
    removeBundle: async () => {
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }));
    },
    stop: async () => {
      s3.destroy();
      await emulator.stop();
      await rm(directory, { recursive: true, force: true });
    }
  };
}

/** Writes the bundle, its SHA-256 beside it, with a certificate of the test's own in AWS's place. */
export async function buildBundle(file: string, directory: string): Promise<void> {
  const certificate = path.join(directory, 'ca.pem');
  const { generate } = await import('selfsigned');
  const { cert } = await generate([{ name: 'commonName', value: 'Trial CA' }]);
  await writeFile(certificate, cert);
  await promisify(execFile)(process.execPath, [
    'scripts/bundle.mjs',
    '--rds-ca',
    certificate,
    '--output',
    file
  ]);
}
