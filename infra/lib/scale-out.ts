import { Construct } from 'constructs';
import type { Configuration, ScaleOutSettings } from './configuration';
import type { EncryptionKey } from './encryption-key';
import type { Names } from './names';
import type { NotebookIdentity } from './notebook-identity';
import { acceptWildcard, arnOf, LOG_GROUP } from './spark-arns';
import { SparkJobs, type SparkSurroundings } from './spark-jobs';

/** What the gateway calls its jobs. */
const JOBS = 'replica-*';

interface ScaleOutParts extends SparkSurroundings {
  readonly encryption: EncryptionKey;
}

/** Exports by Spark on SageMaker Processing, and the notebook's right to start such jobs and no others. */
export class ScaleOut extends Construct {
  private readonly jobs: SparkJobs;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    private readonly settings: ScaleOutSettings,
    private readonly names: Names,
    private readonly parts: ScaleOutParts
  ) {
    super(scope, id);
    this.jobs = new SparkJobs(this, 'Jobs', configuration, settings, names, parts);
  }

  /** Start, look at and stop jobs, only with this role, in this network, on these machines. */
  grantTo(notebook: NotebookIdentity): void {
    const { network } = this.configuration;
    const { instanceTypes } = this.settings;
    const jobs = arnOf(this, 'sagemaker', `processing-job/${JOBS}`);
    const logs = arnOf(this, 'logs', `log-group:${LOG_GROUP}:*`);
    acceptWildcard(notebook, jobs, 'The jobs of the gateway, each with a name of its own.');
    acceptWildcard(notebook, logs, 'The log streams of jobs, which are named after them.');
    notebook.give({
      allow: [
        {
          sid: 'StartSparkJobs',
          actions: ['sagemaker:CreateProcessingJob'],
          resources: [jobs],
          conditions: {
            'ForAllValues:StringEquals': {
              'sagemaker:InstanceTypes': [...instanceTypes],
              'sagemaker:VpcSubnets': [network.notebookSubnetId],
              'sagemaker:VpcSecurityGroupIds': [this.jobs.group]
            },
            // A list that is not there would have no wrong value.
            Null: {
              'sagemaker:InstanceTypes': 'false',
              'sagemaker:VpcSubnets': 'false',
              'sagemaker:VpcSecurityGroupIds': 'false'
            },
            Bool: { 'sagemaker:InterContainerTrafficEncryption': 'true' }
          }
        },
        {
          sid: 'FollowSparkJobs',
          actions: ['sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob', 'sagemaker:AddTags'],
          resources: [jobs]
        },
        {
          sid: 'GiveSparkItsRole',
          actions: ['iam:PassRole'],
          resources: [this.jobs.identity.role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }
        },
        {
          sid: 'ReadLogsOfSpark',
          actions: ['logs:DescribeLogStreams', 'logs:GetLogEvents'],
          resources: [logs]
        }
      ],
      tell: { SPARK: this.told() }
    });
  }

  /** The gateway's setting JUPYTERLAB_REPLICA_SPARK; of the signs that a lifecycle script takes. */
  private told(): string {
    const { imageUri, instanceTypes, mostInstances, volumeSizeGb, maxHours, hourlyUsd, snapshotMinutes } =
      this.settings;
    const prices = Object.entries(hourlyUsd).map(([type, usd]) => `${type}:${usd}`);
    const key = this.parts.encryption.key;
    return Object.entries({
      // The role has a name of its own, so that no token stands here.
      roleArn: `arn:aws:iam::${this.configuration.account}:role/${this.names.sparkRole}`,
      imageUri,
      subnets: this.configuration.network.notebookSubnetId,
      securityGroupIds: this.jobs.group,
      instanceTypes: instanceTypes.join('+'),
      mostInstances,
      volumeSizeGb,
      maxHours,
      snapshotMinutes,
      ...(prices.length > 0 ? { hourlyUsd: prices.join('+') } : {}),
      jarsUri: `s3://${this.names.bucket}/spark/jars`,
      ...(key ? { volumeKmsKeyArn: key.keyArn } : {})
    })
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
  }
}
