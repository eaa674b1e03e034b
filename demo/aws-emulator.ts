import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { freePort } from './free-port';
import { OwnedProcess } from './owned-process';
import type { PairDescription } from './pair-servers';
import { SetupError } from './setup-error';

export const DATA_BUCKET = 'jao-dev-data-science';
export const SECRET_ID = 'jao-dev-sagemaker-db-credentials';
export const REGION = 'eu-west-2';

/** What any AWS SDK needs in its environment to talk to the emulator; the keys open nothing. */
export const EMULATOR_KEYS = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'demo',
  AWS_SECRET_ACCESS_KEY: 'demo'
} as const;

export interface AwsEmulatorOptions {
  /** The moto server's log goes to `logs/` in it. */
  readonly stateDir: string;
  /** The virtual environment that has moto. */
  readonly pythonEnvironment: string;
}

/** S3 and Secrets Manager over HTTP on the loopback address, kept in memory. */
export interface AwsEmulator {
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startAwsEmulator(options: AwsEmulatorOptions): Promise<AwsEmulator> {
  const command = path.join(options.pythonEnvironment, 'bin', 'moto_server');
  if (!existsSync(command)) {
    throw new SetupError(
      `${command} does not exist: install requirements.txt into ${options.pythonEnvironment}.`
    );
  }
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const moto = OwnedProcess.start({
    name: 'moto (S3 and Secrets Manager)',
    command,
    args: ['--host', '127.0.0.1', '--port', String(port)],
    env: { PATH: process.env['PATH'], HOME: options.stateDir },
    logFile: path.join(options.stateDir, 'logs', 'moto.log')
  });
  await moto.ready(() => responds(endpoint), 60_000);
  return { endpoint, pid: moto.pid, stop: () => moto.stop() };
}

/** Creates the data bucket and the secret as a real installation has them, through the AWS SDK. */
export async function fillAwsEmulator(endpoint: string, pair: PairDescription): Promise<void> {
  const connection = {
    endpoint,
    region: REGION,
    credentials: {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    }
  };
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const secrets = new SecretsManagerClient(connection);
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: DATA_BUCKET,
        CreateBucketConfiguration: { LocationConstraint: REGION }
      })
    );
    await secrets.send(
      new CreateSecretCommand({ Name: SECRET_ID, SecretString: JSON.stringify(secretFor(pair)) })
    );
  } finally {
    s3.destroy();
    secrets.destroy();
  }
}

/** Rotation speaks to `host`, clients read from `readerHost`. On Aurora both share `port`; here they cannot. */
function secretFor(pair: PairDescription) {
  return {
    engine: 'postgres',
    host: pair.primary.host,
    port: pair.primary.port,
    readerHost: pair.standby.host,
    readerPort: pair.standby.port,
    dbname: pair.database,
    username: pair.reader.user,
    password: pair.reader.password
  };
}

async function responds(endpoint: string): Promise<boolean> {
  try {
    const reply = await fetch(`${endpoint}/moto-api/`);
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}
