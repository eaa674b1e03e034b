import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { staging } from '../../config/staging';
import type { Configuration } from '../../lib/configuration';
import { grantsOfNotebook, theOnly } from '../support/resources';
import { synthesized } from '../support/synthesized';

const NOTEBOOK = 'AWS::SageMaker::NotebookInstance';
const LIFECYCLE = 'AWS::SageMaker::NotebookInstanceLifecycleConfig';

describe('the notebook', () => {
  it.each([
    [dev, 'ml.t3.medium'],
    [staging, 'ml.t3.large'],
    [prod, 'ml.t3.xlarge']
  ])('has the size of its environment', (configuration, instanceType) => {
    synthesized(configuration).hasResourceProperties(NOTEBOOK, {
      NotebookInstanceName: `jao-${configuration.environment}-sagemaker-notebook`,
      InstanceType: instanceType
    });
  });

  it('takes another size, volume and subnet from the configuration', () => {
    synthesized({
      ...dev,
      notebook: { ...dev.notebook, instanceType: 'ml.m5.2xlarge', volumeSizeGb: 200 },
      network: { ...dev.network, notebookSubnetId: 'subnet-0aaaaaaaaaaaaaaaa' }
    }).hasResourceProperties(NOTEBOOK, {
      InstanceType: 'ml.m5.2xlarge',
      VolumeSizeInGB: 200,
      SubnetId: 'subnet-0aaaaaaaaaaaaaaaa'
    });
  });

  it('has no internet, no root, the second metadata service only, and Amazon Linux 2023', () => {
    synthesized(dev).hasResourceProperties(NOTEBOOK, {
      DirectInternetAccess: 'Disabled',
      RootAccess: 'Disabled',
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' },
      PlatformIdentifier: 'notebook-al2023-v1',
      SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkNotebookGroup'), 'GroupId'] }]
    });
  });

  it('encrypts its volume with the own key, the named key, or the one of SageMaker', () => {
    const keyArn = 'arn:aws:kms:eu-west-2:111111111111:key/01234567-89ab-cdef-0123-456789abcdef';
    synthesized({ ...dev, encryption: { kind: 'own-key' } }).hasResourceProperties(NOTEBOOK, {
      KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EncryptionKey'), 'Arn'] }
    });
    synthesized({ ...dev, encryption: { kind: 'existing-key', keyArn } }).hasResourceProperties(NOTEBOOK, {
      KmsKeyId: keyArn
    });
    synthesized(dev).hasResourceProperties(NOTEBOOK, { KmsKeyId: Match.absent() });
  });

  it('waits for what its role may do, not only for the role', () => {
    const template = synthesized(dev);
    expect(theOnly(template, NOTEBOOK).DependsOn).toEqual([
      expect.stringMatching(/^NotebookIdentityRoleDefaultPolicy/)
    ]);
  });

  it('opens with a Git repository, and reads the login of a private one', () => {
    const secretArn = 'arn:aws:secretsmanager:eu-west-2:111111111111:secret:git-abcdef';
    const template = synthesized(withGit(secretArn));
    template.hasResourceProperties('AWS::SageMaker::CodeRepository', {
      GitConfig: {
        RepositoryUrl: 'https://git.example.com/team/analysis.git',
        Branch: 'main',
        SecretArn: secretArn
      }
    });
    template.hasResourceProperties(NOTEBOOK, {
      DefaultCodeRepository: { 'Fn::GetAtt': [Match.anyValue(), 'CodeRepositoryName'] }
    });
    expect(grantsOfNotebook(template)['ReadGitLogin']).toMatchObject({ Resource: secretArn });
    expect(grantsOfNotebook(synthesized(withGit(null)))['ReadGitLogin']).toBeUndefined();
    synthesized(dev).resourceCountIs('AWS::SageMaker::CodeRepository', 0);
  });

  it('tells its scripts where everything is', () => {
    const template = synthesized(dev);
    const script = JSON.stringify(theOnly(template, LIFECYCLE).Properties['OnStart']);
    for (const told of [
      "REGION='eu-west-2'",
      "SECRET_ID='jao-dev/data-science/database-login'",
      "IDLE_TIMEOUT_MINUTES='120'",
      "POOL_SIZE='4'",
      "METRICS_NAMESPACE='JupyterLabReplica'",
      "AUDIT_LOG_GROUP='/jao-dev/data-science/queries'"
    ]) {
      expect(script).toContain(told);
    }
    expect(script).toMatch(
      /BUNDLE_S3_URI='s3:\/\/cdk-hnb659fds-assets-111111111111-eu-west-2\/[0-9a-f]{64}\.tar'/
    );
    expect(script).toMatch(/DATA_BUCKET='",\{"Ref":"DataBucket/);
  });

  it('may stop and describe itself, and nothing else in SageMaker', () => {
    const template = synthesized(dev);
    expect(grantsOfNotebook(template)['StopItself']).toMatchObject({
      Action: ['sagemaker:DescribeNotebookInstance', 'sagemaker:StopNotebookInstance'],
      Resource: 'arn:aws:sagemaker:eu-west-2:111111111111:notebook-instance/jao-dev-sagemaker-notebook'
    });
    const actions = Object.values(grantsOfNotebook(template)).flatMap(({ Action }) => Action);
    expect(actions.filter(action => action.startsWith('sagemaker:'))).toHaveLength(2);
    expect(actions.filter(action => action.includes('*'))).toEqual([]);
  });

  it('publishes figures in one namespace only', () => {
    expect(grantsOfNotebook(synthesized(dev))['PublishFigures']).toMatchObject({
      Action: 'cloudwatch:PutMetricData',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'JupyterLabReplica' } }
    });
  });

  it('has a role that only SageMaker of this account takes on', () => {
    synthesized(dev).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'jao-dev-sagemaker-notebook-eu-west-2',
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } }
          }
        ]
      })
    });
  });

  it('is not there when the environment is switched off, while data and login stay', () => {
    const template = synthesized({ ...prod, enableSagemakerEnvironment: false });
    for (const type of [
      NOTEBOOK,
      LIFECYCLE,
      'AWS::IAM::Group',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::VPCEndpoint',
      'AWS::SecretsManager::RotationSchedule'
    ]) {
      template.resourceCountIs(type, 0);
    }
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
      template.resourceCountIs(type, 1);
    }
    template.resourceCountIs('AWS::S3::Bucket', 2);
  });
});

function withGit(secretArn: string | null): Configuration {
  const url = 'https://git.example.com/team/analysis.git';
  return { ...dev, notebook: { ...dev.notebook, gitRepository: { url, branch: 'main', secretArn } } };
}
