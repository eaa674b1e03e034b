import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand
} from '@aws-sdk/client-cloudwatch-logs';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DescribeProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  type SageMaker
} from '@aws-sdk/client-sagemaker';
import { SageMakerEngine } from '../../../src/gateway/scale-out/sagemaker';
import { readSageMakerSettings } from '../../../src/gateway/scale-out/sagemaker-settings';
import { testStack } from '../../support/stack';
import { request, ScaleOutWorld, SETTINGS, start, written } from './scale-out-world';

const CERTIFICATE = '/opt/ml/processing/input/code/ca.pem';

let world: ScaleOutWorld;
let created: CreateProcessingJobCommandInput[];

beforeAll(async () => {
  world = await ScaleOutWorld.open();
  created = [];
  world.client.sagemaker.middlewareStack.add(
    (next, context) => args => {
      if (context.commandName === 'CreateProcessingJobCommand') {
        created.push(args.input as CreateProcessingJobCommandInput);
      }
      return next(args);
    },
    { step: 'initialize' }
  );
});

afterAll(() => world.close());

test('a job is ordered with these arguments and no others', async () => {
  const scaleOut = await world.gateway();
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
  const told = await world.client.sagemaker.send(
    new DescribeProcessingJobCommand({ ProcessingJobName: job.name })
  );
  expect(told).toMatchObject({
    RoleArn: SETTINGS.roleArn,
    AppSpecification: created.at(-1)!.AppSpecification
  });
  scaleOut.dispose();
});

test('the program goes along, with its certificate and so many executors', async () => {
  const scaleOut = await world.gateway();
  const job = await start(scaleOut, request('spark/along'));
  const folder = job.plan.replace('plan.json', 'code');
  expect(await world.read(`${folder}/run.py`)).toContain('from replica_spark.main import main');
  expect(await world.read(`${folder}/replica_spark/main.py`)).toContain('def main(');
  expect(await world.read(`${folder}/ca.pem`)).toContain('BEGIN CERTIFICATE');
  expect(JSON.parse(await world.read(job.plan))).toMatchObject({
    login: { sslRootCert: CERTIFICATE, secretId: 'login' }
  });
  expect(JSON.parse(await world.read(`${folder}/conf/configuration.json`))).toEqual([
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
  const first = await world.gateway();
  const job = await start(first, request('spark/followed'));
  first.dispose();
  const logGroupName = '/aws/sagemaker/ProcessingJobs';
  const logStreamName = `${job.name}/algo-1-1`;
  await world.client.logs.send(new CreateLogGroupCommand({ logGroupName }));
  await world.client.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = [{ timestamp: Date.now(), message: 'joining the snapshot' }];
  await world.client.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  await world.report(job.plan, 'done');
  const second = await world.gateway();
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
  const scaleOut = await world.gateway();
  const job = await start(scaleOut, request('spark/silent'));
  // The emulator calls every job complete at once.
  await scaleOut.job(job.name).until();
  expect(scaleOut.job(job.name).status()).toMatchObject({
    state: 'failed',
    error: { code: 'export-incomplete' }
  });
  const { Contents = [] } = await world.client.s3.send(
    new ListObjectsV2Command({ Bucket: testStack().aws.bucket, Prefix: 'spark/silent/v=' })
  );
  expect(Contents).toEqual([]);
  scaleOut.dispose();
});

test('a cancelled one is stopped', async () => {
  const { sagemaker } = world.client;
  const driver = new SageMakerEngine({
    ...{ ...world.services, settings: null, region: '', program: '', now: Date.now }
  });
  const scaleOut = await world.gateway();
  const job = await start(scaleOut, request('spark/stopped'));
  scaleOut.dispose();
  await driver.stop(job.name);
  const told = await sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: job.name }));
  expect(told.ProcessingJobStatus).toBe('Stopped');
  await expect(driver.look(job.name)).resolves.toMatchObject({ state: 'cancelled' });
});

test('its cost is told by the price of its machines, where there is one', async () => {
  const startedAt = Date.parse('2026-01-01T00:00:00Z');
  const sagemaker = {
    describeProcessingJob: () =>
      Promise.resolve({
        ProcessingJobStatus: 'InProgress',
        ProcessingStartTime: new Date(startedAt),
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 3 } }
      })
  } as unknown as SageMaker;
  const looked = (hourlyUsd: Readonly<Record<string, number>>) =>
    new SageMakerEngine({
      ...{
        ...world.services,
        sagemaker: () => Promise.resolve(sagemaker),
        settings: { ...SETTINGS, hourlyUsd }
      },
      ...{ region: '', program: '', now: () => startedAt + 1_800_000 }
    }).look('replica-1');
  await expect(looked({ 'ml.m5.xlarge': 2 })).resolves.toMatchObject({ state: 'running', costUsd: 3 });
  await expect(looked({})).resolves.toMatchObject({ costUsd: null });
});

test('what is not set up or not allowed is refused before anything is planned', async () => {
  const before = created.length;
  await expect(start(await world.gateway(null), request('spark/refused'))).rejects.toThrow('not set up');
  const scaleOut = await world.gateway();
  const large = request('spark/refused', { instanceType: 'ml.p4d.24xlarge' });
  await expect(start(scaleOut, large)).rejects.toThrow('may not be used');
  await expect(start(scaleOut, request('spark/refused', { instances: 9 }))).rejects.toThrow(
    'may not be used'
  );
  const append = request('spark/refused');
  const dataset = { ...append.dataset, mode: 'append' as const };
  await expect(start(scaleOut, { ...append, dataset })).rejects.toThrow('new versions');
  expect(created).toHaveLength(before);
  expect(readSageMakerSettings(written(SETTINGS))).toEqual(SETTINGS);
  expect(() => readSageMakerSettings('roleArn=a,mostInstances=b')).toThrow('imageUri must be a string');
});
