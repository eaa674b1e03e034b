import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { staging } from '../../config/staging';
import type { ObservabilitySettings } from '../../lib/configuration';
import { resourcesOf, theOnly } from '../support/resources';
import { synthesized } from '../support/synthesized';

const ALARM = 'AWS::CloudWatch::Alarm';
const BUDGET = 'AWS::Budgets::Budget';

describe('alarms', () => {
  it.each([dev, staging, prod])('watch replica and notebook and tell the topic', configuration => {
    const alarms = Object.values(resourcesOf(synthesized(configuration), ALARM));
    const base = `jao-${configuration.environment}-data-science`;
    expect(alarms.map(({ Properties }) => Properties['AlarmName']).sort()).toEqual(
      [
        'notebook-cpu',
        'notebook-disk',
        'notebook-running',
        'replica-connections',
        'replica-cpu',
        'replica-lag'
      ].map(id => `${base}-${id}`)
    );
    for (const { Properties } of alarms) {
      expect(Properties['AlarmActions']).toEqual([{ Ref: expect.stringMatching(/^AlertsTopic/) }]);
      expect(Properties['OKActions']).toEqual(Properties['AlarmActions']);
    }
  });

  it('have thresholds in the units of the figures: milliseconds of lag, minutes of running', () => {
    const template = synthesized(
      watching({ alarms: { ...dev.observability.alarms!, replicaLagSeconds: 20, notebookRunningHours: 8 } })
    );
    template.hasResourceProperties(ALARM, {
      MetricName: 'AuroraReplicaLag',
      Namespace: 'AWS/RDS',
      Threshold: 20_000,
      Dimensions: [
        { Name: 'DBInstanceIdentifier', Value: { Ref: Match.stringLikeRegexp('^ReplicaInstance') } }
      ]
    });
    template.hasResourceProperties(ALARM, {
      MetricName: 'RunningMinutes',
      Namespace: 'JupyterLabReplica',
      Threshold: 480,
      Dimensions: [{ Name: 'NotebookInstanceName', Value: 'jao-dev-sagemaker-notebook' }]
    });
  });

  it('stay silent about a stopped notebook', () => {
    for (const { Properties } of Object.values(resourcesOf(synthesized(dev), ALARM))) {
      expect(Properties['TreatMissingData']).toBe('notBreaching');
    }
  });

  it('watch only what is there', () => {
    const noReplica = resourcesOf(synthesized({ ...dev, enableDataScienceReplica: false }), ALARM);
    expect(Object.keys(noReplica)).toHaveLength(3);
    const noNotebook = resourcesOf(synthesized({ ...dev, enableSagemakerEnvironment: false }), ALARM);
    expect(Object.keys(noNotebook)).toHaveLength(3);
    synthesized(watching({ alarms: null })).resourceCountIs(ALARM, 0);
  });
});

describe('the alert topic', () => {
  it('writes to everybody named', () => {
    const template = synthesized(watching({ alertEmails: ['data@example.com', 'ops@example.com'] }));
    template.resourceCountIs('AWS::SNS::Subscription', 2);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com'
    });
  });

  it('admits alarms and budgets of this account', () => {
    synthesized(dev).hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sns:Publish',
            Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } }
          })
        ])
      }
    });
  });

  it('is encrypted only with a key whose policy lets them publish', () => {
    const own = synthesized({ ...dev, encryption: { kind: 'own-key' } });
    own.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    own.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] }
          })
        ])
      }
    });
    synthesized(dev).hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
  });
});

describe('the budget', () => {
  it('counts what carries the tag of the project, and warns before it is spent', () => {
    synthesized(watching({ monthlyBudgetUsd: 250 })).hasResourceProperties(BUDGET, {
      Budget: {
        BudgetLimit: { Amount: 250, Unit: 'USD' },
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        CostFilters: { TagKeyValue: ['user:Project$jao-dev-data-science'] }
      },
      NotificationsWithSubscribers: [
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 80 }) }),
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 100 }) }),
        Match.objectLike({
          Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 })
        })
      ]
    });
  });

  it('is made after the policy that lets it publish', () => {
    expect(theOnly(synthesized(dev), BUDGET).DependsOn).toEqual([
      expect.stringMatching(/^AlertsTopicPolicy/)
    ]);
  });

  it('is absent where no amount is set', () => {
    synthesized(watching({ monthlyBudgetUsd: null })).resourceCountIs(BUDGET, 0);
  });

  it('finds its tag on everything that takes one', () => {
    const tag = { Key: 'Project', Value: 'jao-dev-data-science' };
    const template = synthesized(dev);
    for (const type of [
      'AWS::SageMaker::NotebookInstance',
      'AWS::RDS::DBInstance',
      'AWS::S3::Bucket',
      'AWS::EC2::VPCEndpoint'
    ]) {
      for (const { Properties } of Object.values(resourcesOf(template, type))) {
        expect(Properties['Tags']).toContainEqual(tag);
      }
    }
    template.hasResourceProperties('AWS::SageMaker::NotebookInstanceLifecycleConfig', {
      Tags: Match.absent()
    });
  });
});

describe('the dashboard', () => {
  it('shows notebook, database and bucket on one page', () => {
    const { Properties } = theOnly(synthesized(dev), 'AWS::CloudWatch::Dashboard');
    expect(Properties['DashboardName']).toBe('jao-dev-data-science');
    const body = JSON.stringify(Properties['DashboardBody']);
    for (const metric of [
      'CPUUtilization',
      'MemoryUtilization',
      'DiskUtilization',
      'IdleMinutes',
      'DatabaseConnections',
      'AuroraReplicaLag',
      'ReadLatency',
      'ReadThroughput',
      'AllRequests',
      'BytesDownloaded',
      'BytesUploaded'
    ]) {
      expect(body).toContain(metric);
    }
  });
});

describe('the query log', () => {
  it('is kept as long as the configuration says', () => {
    synthesized(watching({ queryLogDays: 731 })).hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/jao-dev/data-science/queries',
      RetentionInDays: 731
    });
  });
});

function watching(settings: Partial<ObservabilitySettings>) {
  return { ...dev, observability: { ...dev.observability, ...settings } };
}
