import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration } from './configuration';
import type { Names } from './names';

/** Last in line when a failover picks the next writer. */
const PROMOTION_TIER = 15;

const KB_PER_MB = 1024;
const PAGES_PER_GB = (1024 * 1024) / 8;

/** Large sorts in memory, a planner that expects a warm cache on SSDs, and parallel plans. */
const ANALYTICS_PARAMETERS = {
  // In kB.
  work_mem: String(256 * KB_PER_MB),
  // In pages of 8 kB.
  effective_cache_size: String(4 * PAGES_PER_GB),
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '4'
};

/** One more reader in the existing cluster, tuned for analytics. */
export class Replica extends Construct {
  readonly identifier: string;
  /** Host name of this very instance: sessions that share a snapshot must all use it. */
  readonly host: string;

  constructor(
    scope: Construct,
    id: string,
    { cluster, replica }: Configuration,
    names: Names,
    key: kms.IKey | null
  ) {
    super(scope, id);
    const parameters = new rds.CfnDBParameterGroup(this, 'Parameters', {
      dbParameterGroupName: names.replicaParameterGroup,
      family: names.replicaParameterFamily,
      description: 'Planner and memory for analytics on one reader',
      parameters: ANALYTICS_PARAMETERS
    });
    const monitoring = new iam.Role(this, 'Monitoring', {
      description: 'Lets Aurora publish the figures of enhanced monitoring',
      assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonRDSEnhancedMonitoringRole')
      ]
    });
    acceptFinding(
      monitoring,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]',
      'AWS keeps this policy in step with what enhanced monitoring writes; it reaches the log group RDSOSMetrics only.'
    );
    const instance = new rds.CfnDBInstance(this, 'Instance', {
      dbInstanceIdentifier: names.replica,
      dbClusterIdentifier: cluster.identifier,
      engine: 'aurora-postgresql',
      dbInstanceClass: replica.instanceClass,
      dbParameterGroupName: parameters.ref,
      promotionTier: PROMOTION_TIER,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      monitoringInterval: replica.monitoringIntervalSeconds,
      monitoringRoleArn: monitoring.roleArn,
      enablePerformanceInsights: true,
      performanceInsightsRetentionPeriod: replica.performanceInsightsRetentionDays,
      ...(key && { performanceInsightsKmsKeyId: key.keyArn })
    });
    this.identifier = instance.ref;
    this.host = instance.attrEndpointAddress;
  }
}
