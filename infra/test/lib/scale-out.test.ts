import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import type { Configuration, ScaleOutSettings } from '../../lib/configuration';
import { configurationErrors } from '../../lib/configuration-check';
import { grantsOfNotebook, resourcesOf, theOnly, type Statement } from '../support/resources';
import { synthesized } from '../support/synthesized';

const LIFECYCLE = 'AWS::SageMaker::NotebookInstanceLifecycleConfig';
const scaleOut: ScaleOutSettings = {
  imageUri: '222222222222.dkr.ecr.eu-west-2.amazonaws.com/sagemaker-spark-processing:3.5-cpu',
  instanceTypes: ['ml.m5.xlarge', 'ml.m5.4xlarge'],
  mostInstances: 8,
  volumeSizeGb: 100,
  maxHours: 24,
  hourlyUsd: { 'ml.m5.xlarge': 0.23 },
  snapshotMinutes: 60,
  ecrEndpoints: true
};
const on: Configuration = { ...dev, scaleOut };
const JOBS = 'arn:aws:sagemaker:eu-west-2:111111111111:processing-job/replica-*';
const GROUP = { 'Fn::GetAtt': [expect.stringMatching(/^ScaleOutJobsGroup/), 'GroupId'] };

/** What the jobs' own role may do, by statement. */
function grantsOfJobs(configuration: Configuration): Readonly<Record<string, Statement>> {
  const policies = resourcesOf(synthesized(configuration), 'AWS::IAM::Policy');
  const [, policy] = Object.entries(policies).find(([id]) => id.startsWith('ScaleOutJobsIdentity')) ?? [];
  const { Statement: statements } = policy!.Properties['PolicyDocument'] as { Statement: Statement[] };
  return Object.fromEntries(statements.map(statement => [statement.Sid ?? '', statement]));
}

describe('Spark on SageMaker', () => {
  it('is not there unless it is switched on', () => {
    const template = JSON.stringify(synthesized(dev).toJSON());
    expect(template).not.toMatch(/ProcessingJob|spark-eu-west-2|ecr\.api/);
    expect(template).toContain("SPARK='none'");
  });

  it('is started by the notebook on these machines in this network, and nowhere else', () => {
    const grants = grantsOfNotebook(synthesized(on));
    const { 'Fn::GetAtt': group } = GROUP;
    expect(grants['StartSparkJobs']).toEqual({
      Sid: 'StartSparkJobs',
      Effect: 'Allow',
      Action: 'sagemaker:CreateProcessingJob',
      Resource: JOBS,
      Condition: {
        'ForAllValues:StringEquals': {
          'sagemaker:InstanceTypes': scaleOut.instanceTypes,
          'sagemaker:VpcSubnets': [dev.network.notebookSubnetId],
          'sagemaker:VpcSecurityGroupIds': [{ 'Fn::GetAtt': group }]
        },
        Null: {
          'sagemaker:InstanceTypes': 'false',
          'sagemaker:VpcSubnets': 'false',
          'sagemaker:VpcSecurityGroupIds': 'false'
        },
        Bool: { 'sagemaker:InterContainerTrafficEncryption': 'true' }
      }
    });
    expect(grants['FollowSparkJobs']).toMatchObject({
      Action: ['sagemaker:AddTags', 'sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
      Resource: JOBS
    });
    expect(grants['GiveSparkItsRole']).toMatchObject({
      Action: 'iam:PassRole',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ScaleOutJobsIdentityRole/), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }
    });
  });

  it('may read the login and use the data, and what its container needs', () => {
    const grants = grantsOfJobs(on);
    expect(Object.keys(grants).sort()).toEqual([
      'FetchSpark',
      'JoinNetwork',
      'ListData',
      'LogInAtEcr',
      'LookAtNetwork',
      'ReadLogin',
      'UseData',
      'WriteLogs'
    ]);
    expect(grants['FetchSpark']).toMatchObject({
      Resource: 'arn:aws:ecr:eu-west-2:222222222222:repository/sagemaker-spark-processing'
    });
    const actions = Object.values(grants).flatMap(({ Action }) => Action);
    expect(actions.filter(action => action.includes('*'))).toEqual([]);
    synthesized(on).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'jao-dev-spark-eu-west-2',
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } }
          })
        ]
      })
    });
  });

  it('has machines that reach one another, the database, the endpoints and S3, and nothing else', () => {
    const template = synthesized(on);
    const itself = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScaleOutJobsGroup'), 'GroupId'] };
    const among = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, GroupId: itself };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...among,
      SourceSecurityGroupId: itself
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      ...among,
      DestinationSecurityGroupId: itself
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: dev.cluster.securityGroupId,
      FromPort: 5432,
      SourceSecurityGroupId: itself
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Spark jobs of jao-dev-data-science',
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [
        Match.objectLike({ FromPort: 5432, DestinationSecurityGroupId: dev.cluster.securityGroupId }),
        Match.objectLike({ FromPort: 443, DestinationSecurityGroupId: Match.anyValue() }),
        Match.objectLike({ FromPort: 443, DestinationPrefixListId: dev.network.s3PrefixListId })
      ]
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('0.0.0.0/0');
  });

  it('fetches its container through endpoints of its own, unless the VPC has them', () => {
    const services = (configuration: Configuration) =>
      Object.values(resourcesOf(synthesized(configuration), 'AWS::EC2::VPCEndpoint'))
        .map(({ Properties }) => String(Properties['ServiceName']))
        .filter(name => name.includes('.ecr.'));
    expect(services(on)).toEqual(['com.amazonaws.eu-west-2.ecr.api', 'com.amazonaws.eu-west-2.ecr.dkr']);
    expect(services({ ...dev, scaleOut: { ...scaleOut, ecrEndpoints: false } })).toEqual([]);
  });

  it('tells the gateway all that it must ask for', () => {
    const keyed: Configuration = { ...on, encryption: { kind: 'own-key' } };
    const script = JSON.stringify(theOnly(synthesized(keyed), LIFECYCLE).Properties['OnStart']);
    for (const told of [
      "SPARK='roleArn=arn:aws:iam::111111111111:role/jao-dev-spark-eu-west-2,",
      `imageUri=${scaleOut.imageUri},subnets=${dev.network.notebookSubnetId},`,
      'instanceTypes=ml.m5.xlarge+ml.m5.4xlarge,mostInstances=8,volumeSizeGb=100,maxHours=24,snapshotMinutes=60,hourlyUsd=ml.m5.xlarge:0.23,',
      'jarsUri=s3://jao-dev-data-science/spark/jars,volumeKmsKeyArn='
    ]) {
      expect(script).toContain(told);
    }
  });

  it('tells of no price that nobody gave', () => {
    const unpriced: Configuration = { ...dev, scaleOut: { ...scaleOut, hourlyUsd: {} } };
    const script = JSON.stringify(theOnly(synthesized(unpriced), LIFECYCLE).Properties['OnStart']);
    expect(script).toContain('snapshotMinutes=60');
    expect(script).not.toContain('hourlyUsd');
  });

  it('is judged with the rest of the configuration', () => {
    const wrong = {
      ...scaleOut,
      imageUri: 'spark',
      instanceTypes: ['m5.xlarge'],
      maxHours: 0,
      snapshotMinutes: 0
    };
    const login = { kind: 'iam', clusterResourceId: 'cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ' } as const;
    expect(configurationErrors({ ...dev, scaleOut: wrong, database: { ...dev.database, login } })).toEqual([
      expect.stringContaining('scaleOut.imageUri is "spark"'),
      expect.stringContaining('scaleOut.instanceTypes[0] is "m5.xlarge"'),
      expect.stringContaining('scaleOut.maxHours is 0'),
      expect.stringContaining('scaleOut.snapshotMinutes is 0'),
      'scaleOut.hourlyUsd has 0.23 for ml.m5.xlarge: give a price above 0 for one of scaleOut.instanceTypes.',
      'scaleOut needs a login by password: tokens of IAM are valid for 15 minutes.'
    ]);
  });
});
