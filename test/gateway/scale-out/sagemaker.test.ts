import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand
} from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeProcessingJobCommand,
  SageMakerClient,
  type CreateProcessingJobCommandInput
} from '@aws-sdk/client-sagemaker';
import { EMULATOR_KEYS } from '../../../demo/aws-emulator';
import { parseScaleOutRequest, type ScaleOutRequest } from '../../../src/contract/scale-out';
import { SourceColumns } from '../../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../../src/gateway/postgres/type-names';
import { LOCAL } from '../../../src/gateway/scale-out/engine';
import { insideSnapshot } from '../../../src/gateway/scale-out/inside-snapshot';
import { JobList } from '../../../src/gateway/scale-out/job-list';
import { SageMakerEngine } from '../../../src/gateway/scale-out/sagemaker';
import { readSageMakerSettings } from '../../../src/gateway/scale-out/sagemaker-settings';
import { ScaleOut } from '../../../src/gateway/scale-out/scale-out';
import { NO_OBJECT_SETTINGS } from '../../../src/contract/object-settings';
import { Journal } from '../../../src/gateway/s3/journal';
import { Engine } from '../../support/engine';
import { testStack } from '../../support/stack';

const SETTINGS = {
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
  hourlyUsd: { 'ml.m5.xlarge': 2 }
};
const CERTIFICATE = '/opt/ml/processing/input/code/ca.pem';

let engine: Engine;
let directory: string;
let journal: Journal;
let client: Record<'sagemaker', SageMakerClient> & {
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
};
let created: CreateProcessingJobCommandInput[];

beforeAll(async () => {
  engine = await Engine.open({ poolSize: 4 });
  directory = await mkdtemp(path.join(os.tmpdir(), 'jobs-'));
  journal = await Journal.open(directory);
  const { endpoint, region } = testStack().aws;
  const credentials = {
    accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
    secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
  };
  const options = { endpoint, region, credentials };
  client = {
    sagemaker: new SageMakerClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(options)
  };
  created = [];
  client.sagemaker.middlewareStack.add(
    (next, context) => args => {
      if (context.commandName === 'CreateProcessingJobCommand') {
        created.push(args.input as CreateProcessingJobCommandInput);
      }
      return next(args);
    },
    { step: 'initialize' }
  );
});

afterAll(async () => {
  await engine.close();
  await journal.close();
  Object.values(client).forEach(one => one.destroy());
  await rm(directory, { recursive: true });
});

/** As the CDK app writes it. */
function written(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]: [string, unknown]) => {
      const entries = typeof value === 'object' && value !== null ? Object.entries(value) : null;
      const list = Array.isArray(value) ? value : entries?.map(entry => entry.join(':'));
      return `${name}=${list ? list.join('+') : String(value)}`;
    })
    .join(',');
}

async function gateway(settings: object | null = SETTINGS): Promise<ScaleOut> {
  const sagemaker = new SageMakerEngine({
    ...client,
    settings: readSageMakerSettings(settings ? written(settings) : 'none'),
    region: 'eu-west-2',
    program: path.resolve('python', 'replica_spark'),
    now: Date.now
  });
  return new ScaleOut({
    s3: client.s3,
    snapshots: engine.snapshots,
    place: () => ({
      login: {
        kind: 'secrets-manager',
        secretId: 'login',
        sslMode: 'verify-full',
        sslRootCert: testStack().caFile
      },
      facts: { types: new TypeNames(), sources: new SourceColumns(Date.now) },
      inside: (snapshot, label, signal, use) =>
        insideSnapshot(engine.pool, engine.snapshots, snapshot, label, signal, use)
    }),
    journal,
    objectSettings: NO_OBJECT_SETTINGS,
    engines: { local: LOCAL, sagemaker },
    jobs: await JobList.open(directory),
    now: Date.now,
    user: 'test',
    tool: { name: 'jupyterlab-replica', version: '0' },
    statementTimeoutMs: 60_000,
    mostSessions: 8,
    log: () => undefined
  });
}

function request(key: string, more: Partial<ScaleOutRequest> = {}): ScaleOutRequest {
  const { bucket } = testStack().aws;
  return parseScaleOutRequest({
    ...{ sql: 'SELECT * FROM public.orders', bucket, key, engine: 'sagemaker' },
    ...{ instances: 2, sessions: 6, origin: { kind: 'export', label: 'test.ipynb' } },
    ...more
  });
}

const start = (scaleOut: ScaleOut, wanted: ScaleOutRequest) =>
  scaleOut.start(wanted, new AbortController().signal);

async function read(uri: string): Promise<string> {
  const { hostname, pathname } = new URL(uri);
  const { Body } = await client.s3.send(
    new GetObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)) })
  );
  return (await Body?.transformToString()) ?? '';
}

function report(uri: string, state: string): Promise<unknown> {
  const { hostname, pathname } = new URL(uri);
  const body = {
    ...{ state, phase: null, updatedAt: new Date().toISOString(), rows: 3, bytes: 9, files: 1 },
    ...{ partsDone: 4, parts: 4, sequence: 1, warnings: [], error: null, log: [] }
  };
  return client.s3.send(
    new PutObjectCommand({
      ...{ Bucket: hostname, Key: pathname.slice(1).replace('plan.json', 'report.json') },
      Body: JSON.stringify(body)
    })
  );
}

test('a job is ordered with these arguments and no others', async () => {
  const scaleOut = await gateway();
  const job = await start(scaleOut, request('spark/ordered'));
  const folder = job.plan.replace('/plan.json', '');
  const s3Input = (S3Uri: string, name: string) => ({
    InputName: name,
    S3Input: {
      ...{ S3Uri, LocalPath: `/opt/ml/processing/input/${name}`, S3DataType: 'S3Prefix' },
      ...{ S3InputMode: 'File', S3DataDistributionType: 'FullyReplicated' }
    }
  });
  expect(created.at(-1)).toEqual({
    ProcessingJobName: job.name,
    RoleArn: SETTINGS.roleArn,
    AppSpecification: {
      ImageUri: SETTINGS.imageUri,
      ContainerEntrypoint: [
        'smspark-submit',
        '--jars',
        '/opt/ml/processing/input/jars',
        '/opt/ml/processing/input/code/run.py'
      ],
      ContainerArguments: ['--plan', job.plan]
    },
    ProcessingInputs: [
      s3Input(`${folder}/code`, 'code'),
      s3Input(`${folder}/code/conf`, 'conf'),
      s3Input(SETTINGS.jarsUri, 'jars')
    ],
    ProcessingResources: {
      ClusterConfig: {
        ...{ InstanceCount: 2, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 200 },
        VolumeKmsKeyId: SETTINGS.volumeKmsKeyArn
      }
    },
    NetworkConfig: {
      EnableInterContainerTrafficEncryption: true,
      EnableNetworkIsolation: false,
      VpcConfig: { Subnets: SETTINGS.subnets, SecurityGroupIds: SETTINGS.securityGroupIds }
    },
    StoppingCondition: { MaxRuntimeInSeconds: 21_600 },
    Environment: { AWS_REGION: 'eu-west-2' },
    Tags: [{ Key: 'jupyterlab-replica:dataset', Value: 's3://jao-dev-data-science/spark/ordered' }]
  });
  const told = await client.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: job.name }));
  expect(told).toMatchObject({
    RoleArn: SETTINGS.roleArn,
    AppSpecification: created.at(-1)!.AppSpecification
  });
  scaleOut.dispose();
});

test('the program goes along, with its certificate and so many executors', async () => {
  const scaleOut = await gateway();
  const job = await start(scaleOut, request('spark/along'));
  const folder = job.plan.replace('plan.json', 'code');
  expect(await read(`${folder}/run.py`)).toContain('from replica_spark.main import main');
  expect(await read(`${folder}/replica_spark/main.py`)).toContain('def main(');
  expect(await read(`${folder}/ca.pem`)).toContain('BEGIN CERTIFICATE');
  expect(JSON.parse(await read(job.plan))).toMatchObject({
    login: { sslRootCert: CERTIFICATE, secretId: 'login' }
  });
  expect(JSON.parse(await read(`${folder}/conf/configuration.json`))).toEqual([
    {
      Classification: 'spark-defaults',
      Properties: {
        'spark.dynamicAllocation.enabled': 'false',
        'spark.executor.instances': '2',
        'spark.executor.cores': '3'
      }
    }
  ]);
  scaleOut.dispose();
});

test('its report and its log are followed, also by the gateway after this one', async () => {
  const first = await gateway();
  const job = await start(first, request('spark/followed'));
  first.dispose();
  const logGroupName = '/aws/sagemaker/ProcessingJobs';
  const logStreamName = `${job.name}/algo-1-1`;
  await client.logs.send(new CreateLogGroupCommand({ logGroupName }));
  await client.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = [{ timestamp: Date.now(), message: 'joining the snapshot' }];
  await client.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  await report(job.plan, 'done');
  const second = await gateway();
  await second.attach();
  await second.job(job.name).until();
  expect(second.list().find(one => one.exportId === job.name)).toMatchObject({
    ...{ state: 'done', rowsWritten: 3, files: 1, uri: 's3://jao-dev-data-science/spark/followed' },
    manifest: 's3://jao-dev-data-science/spark/followed/_manifests/0000000001.json'
  });
  expect(second.job(job.name).details()).toMatchObject({ log: ['joining the snapshot'], partsDone: 4 });
  second.dispose();
});

test('one that SageMaker ends before it has reported has failed, and leaves nothing', async () => {
  const scaleOut = await gateway();
  const job = await start(scaleOut, request('spark/silent'));
  // The emulator calls every job complete at once.
  await scaleOut.job(job.name).until();
  expect(scaleOut.job(job.name).status()).toMatchObject({
    state: 'failed',
    error: { code: 'export-incomplete' }
  });
  const { Contents = [] } = await client.s3.send(
    new ListObjectsV2Command({ Bucket: testStack().aws.bucket, Prefix: 'spark/silent/v=' })
  );
  expect(Contents).toEqual([]);
  scaleOut.dispose();
});

test('a cancelled one is stopped', async () => {
  const { sagemaker } = client;
  const driver = new SageMakerEngine({
    ...{ ...client, settings: null, region: '', program: '', now: Date.now }
  });
  const scaleOut = await gateway();
  const job = await start(scaleOut, request('spark/stopped'));
  scaleOut.dispose();
  await driver.stop(job.name);
  const told = await sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: job.name }));
  expect(told.ProcessingJobStatus).toBe('Stopped');
  await expect(driver.look(job.name)).resolves.toMatchObject({ state: 'cancelled' });
});

test('what is not set up or not allowed is refused before anything is planned', async () => {
  const before = created.length;
  await expect(start(await gateway(null), request('spark/refused'))).rejects.toThrow('not set up');
  const scaleOut = await gateway();
  const large = request('spark/refused', { instanceType: 'ml.p4d.24xlarge' });
  await expect(start(scaleOut, large)).rejects.toThrow('may not be used');
  await expect(start(scaleOut, request('spark/refused', { instances: 9 }))).rejects.toThrow(
    'may not be used'
  );
  const append = request('spark/refused');
  const dataset = { ...append.dataset, mode: 'append' as const };
  await expect(start(scaleOut, { ...append, dataset })).rejects.toThrow('new versions');
  expect(created).toHaveLength(before);
  expect(() => readSageMakerSettings('roleArn=a,mostInstances=b')).toThrow('imageUri must be a string');
});
