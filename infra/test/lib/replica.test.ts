import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { synthesized } from '../support/synthesized';

const INSTANCE = 'AWS::RDS::DBInstance';

describe('the data-science replica', () => {
  it('joins the existing cluster, last in line for a failover', () => {
    synthesized(dev).hasResourceProperties(INSTANCE, {
      DBClusterIdentifier: 'jao-dev-aurora',
      DBInstanceIdentifier: 'jao-dev-data-science',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-postgresql',
      PromotionTier: 15,
      PubliclyAccessible: false
    });
  });

  it('is watched by Performance Insights and enhanced monitoring', () => {
    synthesized(dev).hasResourceProperties(INSTANCE, {
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: 7,
      MonitoringInterval: 60,
      MonitoringRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReplicaMonitoring'), 'Arn'] }
    });
  });

  it('has parameters for analytics, in the units of PostgreSQL', () => {
    synthesized(dev).hasResourceProperties('AWS::RDS::DBParameterGroup', {
      DBParameterGroupName: 'jao-dev-data-science-postgresql16',
      Family: 'aurora-postgresql16',
      Parameters: {
        // 256 MB in kB, and 4 GB in pages of 8 kB.
        work_mem: '262144',
        effective_cache_size: '524288',
        random_page_cost: '1.1',
        max_parallel_workers_per_gather: '4'
      }
    });
  });

  it('goes to a group of the next major version with its cluster', () => {
    synthesized({ ...dev, cluster: { ...dev.cluster, engineVersion: '17.4' } }).hasResourceProperties(
      'AWS::RDS::DBParameterGroup',
      { DBParameterGroupName: 'jao-dev-data-science-postgresql17', Family: 'aurora-postgresql17' }
    );
  });

  it('has the class of its environment', () => {
    synthesized(prod).hasResourceProperties(INSTANCE, { DBInstanceClass: 'db.r6g.xlarge' });
  });

  it('leaves all to the reader endpoint of the cluster when switched off', () => {
    const template = synthesized({ ...dev, enableDataScienceReplica: false });
    template.resourceCountIs(INSTANCE, 0);
    template.resourceCountIs('AWS::RDS::DBParameterGroup', 0);
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: Match.objectLike({
        SecretStringTemplate: Match.serializedJson(
          Match.objectLike({ readerHost: dev.cluster.readerEndpoint, host: dev.cluster.writerEndpoint })
        )
      })
    });
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(dashboard).toContain('jao-dev-aurora');
    expect(dashboard).toContain('READER');
  });
});
