import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration, Rotation } from './configuration';
import { EXCLUDED_CHARACTERS, type DatabaseLogin } from './database-login';
import type { Names } from './names';
import { HTTPS, type Network } from './network';

/**
 * Secrets Manager's own function changes the password from inside the VPC. CloudFormation puts it in by the transform, hence
 * CAPABILITY_AUTO_EXPAND.
 */
export class PasswordRotation extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { network: ids, cluster }: Configuration,
    names: Names,
    rotation: Exclude<Rotation, { kind: 'off' }>,
    { login, network, keyArn }: { login: DatabaseLogin; network: Network; keyArn: string | undefined }
  ) {
    super(scope, id);
    const functionGroup = new ec2.CfnSecurityGroup(this, 'FunctionGroup', {
      vpcId: ids.vpcId,
      groupDescription: `Password rotation of ${names.stack}`,
      securityGroupEgress: [
        {
          ipProtocol: 'tcp',
          fromPort: cluster.port,
          toPort: cluster.port,
          destinationSecurityGroupId: cluster.securityGroupId,
          description: 'The cluster, where the password is changed'
        },
        ...network.endpointGroups.map(group => ({
          ipProtocol: 'tcp',
          fromPort: HTTPS,
          toPort: HTTPS,
          destinationSecurityGroupId: group,
          description: 'Secrets Manager'
        }))
      ]
    });
    network.admitToCluster(this, 'ToCluster', functionGroup.attrGroupId, 'Password rotation');
    network.admitToEndpoints(this, 'ToEndpoints', functionGroup.attrGroupId, 'Password rotation');
    Stack.of(this).addTransform('AWS::SecretsManager-2024-09-16');
    new secretsmanager.CfnRotationSchedule(this, 'Schedule', {
      secretId: login.secret.secretArn,
      rotationRules: { automaticallyAfterDays: rotation.everyDays },
      // The database user does not exist yet when the stack is made.
      rotateImmediatelyOnUpdate: false,
      hostedRotationLambda: {
        rotationType: 'PostgreSQLMultiUser',
        superuserSecretArn: rotation.adminSecretArn,
        rotationLambdaName: names.rotationFunction,
        vpcSubnetIds: ids.endpointSubnetIds.join(','),
        vpcSecurityGroupIds: functionGroup.attrGroupId,
        excludeCharacters: EXCLUDED_CHARACTERS,
        ...(keyArn && { kmsKeyArn: keyArn })
      }
    });
  }
}
