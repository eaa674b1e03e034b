import type {
  AlarmSettings,
  EndpointName,
  EnvironmentName,
  NotebookSettings,
  ReplicaSettings
} from '../lib/configuration';

/** Names begin with it unless the project has another. */
export const PROJECT_PREFIX = 'jao';
export const REGION = 'eu-west-2';
export const DATABASE_USERNAME = 'sagemaker_readonly';

const INSTANCE_TYPES: Readonly<Record<EnvironmentName, string>> = {
  dev: 'ml.t3.medium',
  staging: 'ml.t3.large',
  prod: 'ml.t3.xlarge'
};

export function notebookFor(environment: EnvironmentName): NotebookSettings {
  return {
    instanceType: INSTANCE_TYPES[environment],
    volumeSizeGb: 50,
    idleTimeoutMinutes: 120,
    databaseConnections: 4,
    gitRepository: null
  };
}

export const REPLICA: ReplicaSettings = {
  instanceClass: 'db.r6g.large',
  monitoringIntervalSeconds: 60,
  performanceInsightsRetentionDays: 7
};

/**
 * What the notebook needs in a VPC that has none of them. Switch off what the VPC has, since two of a service collide in private
 * DNS; switch on `notebook` to open Jupyter from inside the VPC, `sagemakerRuntime` to call models, `glue` to register
 * exports in the Glue Data Catalog, `athena` to read them there, `sts` and `kms` for code of your own that calls them. Each costs about 8 USD a month and subnet, S3 nothing.
 */
export const NEEDED_ENDPOINTS: Readonly<Record<EndpointName, boolean>> = {
  s3: true,
  sagemakerApi: true,
  sagemakerRuntime: false,
  notebook: false,
  secretsManager: true,
  logs: true,
  monitoring: true,
  sts: false,
  kms: false,
  glue: false,
  athena: false
};

export const ALARMS: AlarmSettings = {
  replicaCpuPercent: 80,
  replicaConnections: 100,
  replicaLagSeconds: 30,
  notebookCpuPercent: 90,
  notebookDiskPercent: 85,
  notebookRunningHours: 12
};
