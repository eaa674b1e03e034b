import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { arnOf, LOG_GROUP } from './spark-arns';

interface Place {
  readonly imageUri: string;
  readonly subnetId: string;
  readonly group: string;
}

export const logsOf = (construct: Construct): string => arnOf(construct, 'logs', `log-group:${LOG_GROUP}*`);

export const interfacesOf = (construct: Construct): string => arnOf(construct, 'ec2', 'network-interface/*');

/** What a container of SageMaker Processing in a VPC needs to come up: its image, its log, its place in the network. */
export function containerNeeds(
  construct: Construct,
  { imageUri, subnetId, group }: Place
): readonly iam.PolicyStatementProps[] {
  const logs = logsOf(construct);
  const interfaces = interfacesOf(construct);
  return [
    { sid: 'LogInAtEcr', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      sid: 'FetchSpark',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn(imageUri)]
    },
    {
      sid: 'WriteLogs',
      actions: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents'
      ],
      resources: [logs]
    },
    {
      sid: 'LookAtNetwork',
      actions: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs'
      ],
      resources: ['*']
    },
    {
      sid: 'JoinNetwork',
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission'
      ],
      resources: [
        interfaces,
        arnOf(construct, 'ec2', `subnet/${subnetId}`),
        arnOf(construct, 'ec2', `security-group/${group}`)
      ]
    }
  ];
}

/** `111111111111.dkr.ecr.eu-west-2.amazonaws.com/name:tag` as the repository that it comes from. */
function repositoryArn(imageUri: string): string {
  const [, account, region, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:]+)/.exec(imageUri) ?? [];
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}
