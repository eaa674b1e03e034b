/** What one environment looks like. Each file of `config/` holds one; `configuration-check.ts` judges it. */
export interface Configuration {
  readonly environment: EnvironmentName;
  /** First part of every physical name. */
  readonly projectPrefix: string;
  /** The AWS account's twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Off: no notebook and nothing that only it needs. Bucket, secret and key stay. */
  readonly enableSagemakerEnvironment: boolean;
  readonly enableDataScienceReplica: boolean;
  readonly notebook: NotebookSettings;
  readonly network: NetworkSettings;
  readonly cluster: ClusterSettings;
  readonly replica: ReplicaSettings;
  readonly database: DatabaseSettings;
  readonly storage: StorageSettings;
  readonly encryption: EncryptionSettings;
  /** Names of IAM users that exist. */
  readonly dataScientistUsers: readonly string[];
  readonly observability: ObservabilitySettings;
  /** Spark on SageMaker Processing, for exports that one machine is too small for. Null: none of it. */
  readonly scaleOut: ScaleOutSettings | null;
}

export interface ScaleOutSettings {
  /** AWS's Spark container of the region, `<account>.dkr.ecr.<region>.amazonaws.com/sagemaker-spark-processing:<tag>`. */
  readonly imageUri: string;
  /** Those that jobs may use. */
  readonly instanceTypes: readonly string[];
  /** Of one job; the gateway keeps to it, IAM cannot. */
  readonly mostInstances: number;
  readonly volumeSizeGb: number;
  readonly maxHours: number;
  /** US dollars an hour by instance type, from which a job's cost is told: your region's, of SageMaker Processing. A type that is not here has no cost. */
  readonly hourlyUsd: Readonly<Record<string, number>>;
  /** Minutes that the gateway holds a snapshot for machines that start: they need five to ten. */
  readonly snapshotMinutes: number;
  /** On: this stack makes the endpoints of ECR. Off: the VPC has them. */
  readonly ecrEndpoints: boolean;
}

export const ENVIRONMENT_NAMES = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

export interface NotebookSettings {
  readonly instanceType: string;
  /** 5 to 16384; grows in place, never shrinks. */
  readonly volumeSizeGb: number;
  /** Minutes without work until the instance stops itself. */
  readonly idleTimeoutMinutes: number;
  /** Physical connections to the replica at most. */
  readonly databaseConnections: number;
  readonly gitRepository: GitRepository | null;
}

export interface GitRepository {
  /** https:// address that the notebook's subnet can reach. */
  readonly url: string;
  readonly branch: string;
  /** Secret with `username` and `password`, for a private repository. */
  readonly secretArn: string | null;
}

/** Everything here exists already and is only referred to. */
export interface NetworkSettings {
  readonly vpcId: string;
  readonly notebookSubnetId: string;
  /** Subnets for interface endpoints and the rotation function: one for each availability zone. */
  readonly endpointSubnetIds: readonly string[];
  /** Route tables of the notebook's subnet, for the S3 gateway endpoint. */
  readonly routeTableIds: readonly string[];
  /** AWS-managed prefix list com.amazonaws.{region}.s3. */
  readonly s3PrefixListId: string;
  /** On: this stack makes the endpoint. Off: the VPC has one already. */
  readonly endpoints: Readonly<Record<EndpointName, boolean>>;
  /** Security group of endpoints that the VPC has already; null where there are none. */
  readonly existingEndpointSecurityGroupId: string | null;
  /** Other hosts the notebook may reach, a Git server for instance. */
  readonly additionalEgress: readonly Egress[];
}

export const ENDPOINT_NAMES = [
  's3',
  'sagemakerApi',
  'sagemakerRuntime',
  'notebook',
  'secretsManager',
  'logs',
  'monitoring',
  'sts',
  'kms',
  'glue',
  'athena'
] as const;
export type EndpointName = (typeof ENDPOINT_NAMES)[number];

export interface Egress {
  readonly cidr: string;
  readonly port: number;
  readonly description: string;
}

/** The existing Aurora PostgreSQL cluster. */
export interface ClusterSettings {
  readonly identifier: string;
  readonly writerEndpoint: string;
  readonly readerEndpoint: string;
  readonly port: number;
  readonly databaseName: string;
  /** As in `describe-db-clusters`, such as 16.6. */
  readonly engineVersion: string;
  readonly securityGroupId: string;
}

export interface ReplicaSettings {
  readonly instanceClass: string;
  /** Seconds between figures of enhanced monitoring: 1, 5, 10, 15, 30 or 60. */
  readonly monitoringIntervalSeconds: number;
  /** 7, a multiple of 31, or 731. */
  readonly performanceInsightsRetentionDays: number;
}

export interface DatabaseSettings {
  readonly username: string;
  readonly login: PasswordLogin | IamLogin;
}

export interface PasswordLogin {
  readonly kind: 'password';
  readonly rotation: Rotation;
}

/**
 * The administrator switches between two roles and gives the one at rest a new password. A role cannot change its own here: it is
 * read-only by default, and ALTER ROLE counts as a write.
 */
export type Rotation =
  | { readonly kind: 'off' }
  | { readonly kind: 'alternating-users'; readonly everyDays: number; readonly adminSecretArn: string };

export interface IamLogin {
  readonly kind: 'iam';
  /** The cluster's resource id, cluster-…. */
  readonly clusterResourceId: string;
}

export interface StorageSettings {
  /** Where the bucket's name is taken; begins with a hyphen. Empty for none. */
  readonly bucketSuffix: string;
  readonly accessLogDays: number;
  /** Databases of the Glue Data Catalog that exist and in which exports may register tables; none: it may not. */
  readonly glueDatabases: readonly string[];
}

export type EncryptionSettings =
  | { readonly kind: 'aws-managed' }
  | { readonly kind: 'own-key' }
  | { readonly kind: 'existing-key'; readonly keyArn: string };

export interface ObservabilitySettings {
  readonly alertEmails: readonly string[];
  /** Null: no budget. */
  readonly monthlyBudgetUsd: number | null;
  readonly alarms: AlarmSettings | null;
  readonly queryLogDays: number;
}

export interface AlarmSettings {
  readonly replicaCpuPercent: number;
  readonly replicaConnections: number;
  readonly replicaLagSeconds: number;
  readonly notebookCpuPercent: number;
  readonly notebookDiskPercent: number;
  readonly notebookRunningHours: number;
}
