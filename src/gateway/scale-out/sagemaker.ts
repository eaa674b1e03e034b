import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CreateProcessingJobCommandInput, ProcessingInput, SageMaker } from '@aws-sdk/client-sagemaker';
import type { ExportStatus } from '../../contract/export';
import type { ScaleOutPlan, ScaleOutRequest } from '../../contract/scale-out';
import { readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import type { Engine, Sighting } from './engine';
import type { SageMakerSettings } from './sagemaker-settings';

const LOG_GROUP = '/aws/sagemaker/ProcessingJobs';
const LOG_LINES = 50;
const LOOK_EVERY_MS = 15_000;
const INPUT = '/opt/ml/processing/input';

export interface SageMakerEffects {
  readonly sagemaker: () => Promise<SageMaker>;
  readonly logs: () => Promise<CloudWatchLogs>;
  readonly s3: S3Client;
  readonly settings: SageMakerSettings | null;
  readonly region: string;
  /** The folder of the Python package `replica_spark`. */
  readonly program: string;
  readonly now: () => number;
}

/** Spark in AWS's container on SageMaker Processing. */
export class SageMakerEngine implements Engine {
  readonly lookEveryMs = LOOK_EVERY_MS;
  readonly silentMs = null;

  constructor(private readonly effects: SageMakerEffects) {}

  async check({ instanceType, instances }: ScaleOutRequest): Promise<void> {
    const { instanceTypes, mostInstances } = this.settings();
    if (!instanceTypes.includes(instanceType) || instances < 1 || instances > mostInstances) {
      throw new GatewayError('bad-request', `${instances} × ${instanceType} may not be used.`, {
        subject: instanceType,
        action: `Take up to ${mostInstances} of ${instanceTypes.join(', ')}.`
      });
    }
    await Promise.resolve();
  }

  /** A certificate of this machine is sent along. */
  adapt(plan: ScaleOutPlan): ScaleOutPlan {
    const { login } = plan;
    return login.sslRootCert ? { ...plan, login: { ...login, sslRootCert: `${INPUT}/code/ca.pem` } } : plan;
  }

  async start(
    plan: ScaleOutPlan,
    planUri: string,
    request: ScaleOutRequest,
    caFile: string | null
  ): Promise<void> {
    const folder = path.posix.dirname(planUri);
    await this.upload(plan, `${folder}/code`, request.instances, caFile);
    try {
      const sagemaker = await this.effects.sagemaker();
      await sagemaker.createProcessingJob(this.order(plan, planUri, folder, request));
    } catch (error) {
      throw new GatewayError(
        'bad-request',
        'SageMaker does not start the job.',
        {
          subject: plan.name,
          detail: readAwsError(error).message,
          action: 'Ask whoever deployed the CDK app: the switch `scaleOut` grants what is needed.'
        },
        error
      );
    }
  }

  async look(name: string): Promise<Sighting> {
    const sagemaker = await this.effects.sagemaker();
    const job = await sagemaker.describeProcessingJob({ ProcessingJobName: name });
    const { InstanceType = '', InstanceCount = 0 } = job.ProcessingResources?.ClusterConfig ?? {};
    const price = this.effects.settings?.hourlyUsd[InstanceType];
    const from = job.ProcessingStartTime?.getTime();
    const until = job.ProcessingEndTime?.getTime() ?? this.effects.now();
    return {
      state: STATES[job.ProcessingJobStatus ?? ''] ?? 'running',
      reason: job.FailureReason ?? job.ExitMessage ?? null,
      log: await this.log(name).catch(() => []),
      costUsd:
        price === undefined || from === undefined
          ? null
          : ((until - from) / 3_600_000) * price * InstanceCount
    };
  }

  async stop(name: string): Promise<void> {
    try {
      const sagemaker = await this.effects.sagemaker();
      await sagemaker.stopProcessingJob({ ProcessingJobName: name });
    } catch (error) {
      // One that has ended cannot be stopped, and need not be.
      if (readAwsError(error).name !== 'ValidationException') {
        throw error;
      }
    }
  }

  private settings(): SageMakerSettings {
    const { settings } = this.effects;
    if (!settings) {
      throw new GatewayError('bad-request', 'Spark on SageMaker is not set up here.', {
        subject: 'JUPYTERLAB_REPLICA_SPARK',
        action: 'Deploy the CDK app with its switch `scaleOut`, or use engine="local".'
      });
    }
    return settings;
  }

  private order(
    { name, address }: ScaleOutPlan,
    planUri: string,
    folder: string,
    { instances, instanceType }: ScaleOutRequest
  ): CreateProcessingJobCommandInput {
    const settings = this.settings();
    return {
      ProcessingJobName: name,
      RoleArn: settings.roleArn,
      AppSpecification: {
        ImageUri: settings.imageUri,
        ContainerEntrypoint: ['smspark-submit', '--jars', `${INPUT}/jars`, `${INPUT}/code/run.py`],
        ContainerArguments: ['--plan', planUri]
      },
      ProcessingInputs: [
        input('code', `${folder}/code`, `${INPUT}/code`),
        input('conf', `${folder}/code/conf`, `${INPUT}/conf`),
        input('jars', settings.jarsUri, `${INPUT}/jars`)
      ],
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: instances,
          InstanceType: instanceType as never,
          VolumeSizeInGB: settings.volumeSizeGb,
          ...(settings.volumeKmsKeyArn ? { VolumeKmsKeyId: settings.volumeKmsKeyArn } : {})
        }
      },
      NetworkConfig: {
        EnableInterContainerTrafficEncryption: true,
        EnableNetworkIsolation: false,
        VpcConfig: {
          Subnets: [...settings.subnets],
          SecurityGroupIds: [...settings.securityGroupIds]
        }
      },
      StoppingCondition: { MaxRuntimeInSeconds: Math.round(settings.maxHours * 3600) },
      Environment: { AWS_REGION: this.effects.region },
      Tags: [
        { Key: 'jupyterlab-replica:dataset', Value: `s3://${address.bucket}/${address.prefix}`.slice(0, 256) }
      ]
    };
  }

  /** The program, its certificate, and how many sessions its executors open. */
  private async upload(
    { sessions }: ScaleOutPlan,
    folder: string,
    instances: number,
    caFile: string | null
  ): Promise<void> {
    const { program } = this.effects;
    const names = (await readdir(program)).filter(name => name.endsWith('.py'));
    for (const name of names) {
      await this.put(`${folder}/replica_spark/${name}`, await readFile(path.join(program, name)));
    }
    await this.put(`${folder}/run.py`, await readFile(path.join(program, '__main__.py')));
    if (caFile) {
      await this.put(`${folder}/ca.pem`, await readFile(caFile));
    }
    const executors = Math.min(instances, sessions);
    const Properties = {
      'spark.dynamicAllocation.enabled': 'false',
      'spark.executor.instances': String(executors),
      'spark.executor.cores': String(Math.floor(sessions / executors))
    };
    await this.put(
      `${folder}/conf/configuration.json`,
      JSON.stringify([{ Classification: 'spark-defaults', Properties }])
    );
  }

  private async put(uri: string, Body: string | Uint8Array): Promise<void> {
    const { hostname, pathname } = new URL(uri);
    await this.effects.s3.send(
      new PutObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)), Body })
    );
  }

  private async log(name: string): Promise<readonly string[]> {
    const logs = await this.effects.logs();
    const { logStreams = [] } = await logs.describeLogStreams({
      logGroupName: LOG_GROUP,
      logStreamNamePrefix: `${name}/`
    });
    // The driver runs on the first machine.
    const logStreamName = logStreams[0]?.logStreamName;
    const { events = [] } = await logs.getLogEvents({
      logGroupName: LOG_GROUP,
      logStreamName,
      limit: LOG_LINES
    });
    return events.flatMap(({ message }) => message ?? []);
  }
}

const STATES: Readonly<Record<string, ExportStatus['state']>> = {
  InProgress: 'running',
  Stopping: 'running',
  Completed: 'done',
  Failed: 'failed',
  Stopped: 'cancelled'
};

const input = (InputName: string, S3Uri: string, LocalPath: string): ProcessingInput => ({
  InputName,
  S3Input: {
    ...{ S3Uri, LocalPath },
    S3DataType: 'S3Prefix',
    S3InputMode: 'File',
    S3DataDistributionType: 'FullyReplicated'
  }
});
