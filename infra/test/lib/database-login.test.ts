import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import type { Configuration, Rotation } from '../../lib/configuration';
import { grantsOfNotebook, resourcesOf, theOnly } from '../support/resources';
import { synthesized } from '../support/synthesized';

const SECRET = 'AWS::SecretsManager::Secret';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

const ADMIN = 'arn:aws:secretsmanager:eu-west-2:111111111111:secret:admin-abcdef';

describe('the database login', () => {
  it('is a generated secret with the writer for rotations and the replica for clients', () => {
    const { Properties } = theOnly(synthesized(dev), SECRET);
    expect(Properties).toMatchObject({
      Name: 'jao-dev/data-science/database-login',
      GenerateSecretString: { GenerateStringKey: 'password', PasswordLength: 32 }
    });
    const template = JSON.stringify(Properties['GenerateSecretString']);
    expect(template).toContain(dev.cluster.writerEndpoint);
    expect(template).toMatch(/readerHost[\\":,]+\{"Fn::GetAtt":\["ReplicaInstance\w*","Endpoint\.Address"\]/);
    expect(template).toMatch(/username[\\":]+sagemaker_readonly/);
  });

  it('takes the user name from the configuration', () => {
    const template = synthesized({ ...dev, database: { ...dev.database, username: 'analyst' } });
    expect(JSON.stringify(theOnly(template, SECRET).Properties)).toMatch(/username[\\":]+analyst/);
  });

  it('outlives the stack', () => {
    expect(theOnly(synthesized(dev), SECRET)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain'
    });
  });

  it('is read by the notebook, through the key where there is one', () => {
    const plain = grantsOfNotebook(synthesized(dev));
    expect(plain['ReadLogin']).toMatchObject({
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: { Ref: expect.stringMatching(/^DatabaseLoginSecret/) }
    });
    expect(plain['UseKeyThroughSecretsManager']).toBeUndefined();
    const keyed = synthesized({ ...dev, encryption: { kind: 'own-key' } });
    expect(grantsOfNotebook(keyed)['UseKeyThroughSecretsManager']).toMatchObject({
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-2.amazonaws.com' } }
    });
    keyed.hasResourceProperties(SECRET, { KmsKeyId: Match.anyValue() });
  });

  it('is never rotated where rotation is off', () => {
    const template = synthesized(rotated({ kind: 'off' }));
    template.resourceCountIs(SCHEDULE, 0);
    expect(template.toJSON()['Transform']).toBeUndefined();
  });

  it('is rotated from inside the VPC, not before the user exists', () => {
    const template = synthesized(
      rotated({ kind: 'alternating-users', everyDays: 14, adminSecretArn: ADMIN })
    );
    template.hasResourceProperties(SCHEDULE, {
      RotationRules: { AutomaticallyAfterDays: 14 },
      RotateImmediatelyOnUpdate: false,
      HostedRotationLambda: Match.objectLike({
        RotationType: 'PostgreSQLMultiUser',
        SuperuserSecretArn: ADMIN,
        VpcSubnetIds: dev.network.endpointSubnetIds.join(',')
      })
    });
    expect(template.toJSON()['Transform']).toBe('AWS::SecretsManager-2024-09-16');
  });

  it('gives the rotation function the cluster and the endpoints, nothing else', () => {
    const template = synthesized(
      rotated({ kind: 'alternating-users', everyDays: 14, adminSecretArn: ADMIN })
    );
    const [functionId, group] = Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup')).find(
      ([id]) => id.startsWith('PasswordRotation')
    )!;
    expect(group.Properties['SecurityGroupEgress']).toEqual([
      expect.objectContaining({
        FromPort: 5432,
        ToPort: 5432,
        DestinationSecurityGroupId: 'sg-01000000000000000'
      }),
      expect.objectContaining({ FromPort: 443, ToPort: 443, DestinationSecurityGroupId: expect.anything() })
    ]);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-01000000000000000',
      FromPort: 5432,
      SourceSecurityGroupId: { 'Fn::GetAtt': [functionId, 'GroupId'] }
    });
  });

  it('names the administrator to the rotation, and to nobody else', () => {
    const secretOf = (rotation: Rotation) =>
      JSON.stringify(theOnly(synthesized(rotated(rotation)), SECRET).Properties);
    expect(secretOf({ kind: 'alternating-users', everyDays: 14, adminSecretArn: ADMIN })).toContain(
      'masterarn'
    );
    expect(secretOf({ kind: 'off' })).not.toContain('masterarn');
    const grants = grantsOfNotebook(
      synthesized(rotated({ kind: 'alternating-users', everyDays: 14, adminSecretArn: ADMIN }))
    );
    expect(JSON.stringify(grants)).not.toContain(ADMIN);
  });

  it('may be a token of IAM, for one user of one cluster', () => {
    const template = synthesized({
      ...dev,
      database: { ...dev.database, login: { kind: 'iam', clusterResourceId: 'cluster-ABC123' } }
    });
    expect(grantsOfNotebook(template)['LogInWithToken']).toMatchObject({
      Action: 'rds-db:connect',
      Resource: 'arn:aws:rds-db:eu-west-2:111111111111:dbuser:cluster-ABC123/sagemaker_readonly'
    });
    const told = (of: typeof template) => JSON.stringify(of.findResources('AWS::SecretsManager::Secret'));
    expect(told(template)).toContain('authentication');
    expect(told(synthesized(dev))).not.toContain('authentication');
    template.resourceCountIs(SCHEDULE, 0);
    expect(grantsOfNotebook(synthesized(dev))['LogInWithToken']).toBeUndefined();
  });
});

function rotated(rotation: Rotation): Configuration {
  return { ...dev, database: { ...dev.database, login: { kind: 'password', rotation } } };
}
