import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { EMULATOR_KEYS } from '../../../demo/aws-emulator';
import { NO_OBJECT_SETTINGS } from '../../../src/contract/object-settings';
import {
  parseScaleOutRequest,
  type ProgramProcess,
  type ScaleOutJobStatus,
  type ScaleOutRequest
} from '../../../src/contract/scale-out';
import { SourceColumns } from '../../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../../src/gateway/postgres/type-names';
import { Journal } from '../../../src/gateway/s3/journal';
import { insideSnapshot } from '../../../src/gateway/scale-out/inside-snapshot';
import { JobList } from '../../../src/gateway/scale-out/job-list';
import { LocalEngine } from '../../../src/gateway/scale-out/local';
import { SageMakerEngine, type SageMakerEffects } from '../../../src/gateway/scale-out/sagemaker';
import { readSageMakerSettings } from '../../../src/gateway/scale-out/sagemaker-settings';
import { ScaleOut, type ScaleOutEffects } from '../../../src/gateway/scale-out/scale-out';
import { Engine, type EngineOptions } from '../../support/engine';
import { testStack } from '../../support/stack';

export const SETTINGS = {
  roleArn: 'arn:aws:iam::111111111111:role/jao-dev-spark',
  imageUri: '111111111111.dkr.ecr.eu-west-2.amazonaws.com/sagemaker-spark-processing:3.5',
  subnets: ['subnet-1', 'subnet-2'],
  securityGroupIds: ['sg-1'],
  instanceTypes: ['ml.m5.xlarge', 'ml.m5.4xlarge'],
  mostInstances: 4,
  volumeSizeGb: 200,
  volumeKmsKeyArn: 'arn:aws:kms:eu-west-2:111111111111:key/k',
  jarsUri: 's3://jao-dev-data-science/spark/jars',
  maxHours: 6,
  snapshotMinutes: 45,
  hourlyUsd: { 'ml.m5.xlarge': 2 }
};
/** As the CDK app writes it. */
export function written(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]: [string, unknown]) => {
      const entries = typeof value === 'object' && value !== null ? Object.entries(value) : null;
      const list = Array.isArray(value) ? value : entries?.map(entry => entry.join(':'));
      return `${name}=${list ? list.join('+') : String(value)}`;
    })
    .join(',');
}

/** Jobs on the emulator's SageMaker, planned on the standby. */
export class ScaleOutWorld {
  private constructor(
    private readonly engine: Engine,
    readonly directory: string,
    private readonly journal: Journal,
    readonly client: {
      readonly sagemaker: SageMaker;
      readonly s3: S3Client;
      readonly logs: CloudWatchLogs;
    }
  ) {}

  static async open(options: EngineOptions = {}): Promise<ScaleOutWorld> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'jobs-'));
    const { endpoint, region } = testStack().aws;
    const credentials = {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    };
    const aws = { endpoint, region, credentials };
    const engine = await Engine.open({ poolSize: 4, ...options });
    return new ScaleOutWorld(engine, directory, await Journal.open(directory), {
      sagemaker: new SageMaker(aws),
      s3: new S3Client({ ...aws, forcePathStyle: true }),
      logs: new CloudWatchLogs(aws)
    });
  }

  /** As an engine takes the clients. */
  get services(): Pick<SageMakerEffects, 's3' | 'sagemaker' | 'logs'> {
    const { s3, sagemaker, logs } = this.client;
    return { s3, sagemaker: () => Promise.resolve(sagemaker), logs: () => Promise.resolve(logs) };
  }

  /** One of several, one after the other; `engines` instead of those of this machine and SageMaker. */
  async gateway(
    settings: object | null = SETTINGS,
    engines: Partial<ScaleOutEffects['engines']> = {}
  ): Promise<ScaleOut> {
    const { engine, client, directory, journal } = this;
    const sagemaker = new SageMakerEngine({
      ...this.services,
      settings: readSageMakerSettings(settings ? written(settings) : 'none'),
      region: 'eu-west-2',
      program: path.resolve('python', 'replica_spark'),
      now: Date.now
    });
    const local = new LocalEngine({ python: null, environment: {}, logDirectory: directory });
    return new ScaleOut({
      s3: client.s3,
      snapshots: engine.snapshots,
      place: () => ({
        login: {
          kind: 'secrets-manager',
          secretId: 'login',
          sslMode: 'verify-full',
          sslRootCert: testStack().caFile,
          searchPath: null
        },
        facts: { types: new TypeNames(), sources: new SourceColumns(Date.now) },
        inside: (snapshot, label, signal, use) =>
          insideSnapshot(engine.pool, engine.snapshots, snapshot, label, signal, use)
      }),
      journal,
      objectSettings: NO_OBJECT_SETTINGS,
      engines: { local, sagemaker, ...engines },
      jobs: await JobList.open(directory),
      now: Date.now,
      user: 'test',
      tool: { name: 'jupyterlab-replica', version: '0' },
      statementTimeoutMs: 60_000,
      mostSessions: 8,
      log: () => undefined
    });
  }

  async read(uri: string): Promise<string> {
    const { hostname, pathname } = new URL(uri);
    const { Body } = await this.client.s3.send(
      new GetObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)) })
    );
    return (await Body?.transformToString()) ?? '';
  }

  /** What the program of the job with that plan would write. */
  async report(
    plan: string,
    state: string,
    phase: string | null = null,
    process: ProgramProcess | null = null
  ): Promise<void> {
    const { hostname, pathname } = new URL(plan);
    const body = {
      ...{ process, state, phase, updatedAt: new Date().toISOString(), rows: 3, bytes: 9, files: 1 },
      ...{ partsDone: 4, parts: 4, sequence: 1, warnings: [], error: null },
      log: ['joining the snapshot']
    };
    await this.client.s3.send(
      new PutObjectCommand({
        ...{ Bucket: hostname, Key: pathname.slice(1).replace('plan.json', 'report.json') },
        Body: JSON.stringify(body)
      })
    );
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.journal.close();
    Object.values(this.client).forEach(one => one.destroy());
    await rm(this.directory, { recursive: true });
  }
}

export function request(key: string, more: Partial<ScaleOutRequest> = {}): ScaleOutRequest {
  const { bucket } = testStack().aws;
  return parseScaleOutRequest({
    ...{ sql: 'SELECT * FROM public.orders', bucket, key, engine: 'sagemaker' },
    ...{ instances: 2, sessions: 6, origin: { kind: 'export', label: 'test.ipynb' } },
    ...more
  });
}

export const start = (scaleOut: ScaleOut, wanted: ScaleOutRequest): Promise<ScaleOutJobStatus> =>
  scaleOut.start(wanted, new AbortController().signal);
