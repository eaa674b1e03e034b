import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Configuration, ScaleOutSettings } from './configuration';
import type { DatabaseLogin } from './database-login';
import type { DataBucket } from './data-bucket';
import type { Names } from './names';
import { HTTPS, tcp, type Network } from './network';
import { NotebookIdentity } from './notebook-identity';
import { acceptWildcard } from './spark-arns';
import { containerNeeds, interfacesOf, logsOf } from './spark-container';

export interface SparkSurroundings {
  readonly network: Network;
  readonly login: DatabaseLogin;
  readonly data: DataBucket;
}

/** What the jobs of Spark are: their role, their security group, and the endpoints that their container comes through. */
export class SparkJobs extends Construct {
  readonly group: string;
  readonly identity: NotebookIdentity;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    private readonly settings: ScaleOutSettings,
    private readonly names: Names,
    private readonly surroundings: SparkSurroundings
  ) {
    super(scope, id);
    this.identity = new NotebookIdentity(this, 'Identity', configuration, {
      name: names.sparkRole,
      description: `What the Spark jobs of ${names.stack} may do`
    });
    this.group = this.openGroup();
    if (settings.ecrEndpoints) {
      this.openEndpoints();
    }
    surroundings.login.grantTo(this.identity);
    surroundings.data.grantTo(this.identity);
    this.grantToJobs();
  }

  /** Jobs reach the database, the endpoints and S3 as the notebook does, and one another, as Spark's machines must. */
  private openGroup(): string {
    const { network, cluster } = this.configuration;
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      vpcId: network.vpcId,
      groupDescription: `Spark jobs of ${this.names.stack}`,
      securityGroupEgress: [
        { ...tcp(cluster.port, 'The database'), destinationSecurityGroupId: cluster.securityGroupId },
        ...this.surroundings.network.endpointGroups.map(destinationSecurityGroupId => ({
          ...tcp(HTTPS, 'Interface endpoints'),
          destinationSecurityGroupId
        })),
        { ...tcp(HTTPS, 'S3 through its gateway endpoint'), destinationPrefixListId: network.s3PrefixListId }
      ]
    });
    const among = {
      ipProtocol: 'tcp',
      fromPort: 0,
      toPort: 65_535,
      description: 'Among the machines of a job'
    };
    new ec2.CfnSecurityGroupIngress(this, 'FromItself', {
      ...among,
      groupId: group.attrGroupId,
      sourceSecurityGroupId: group.attrGroupId
    });
    new ec2.CfnSecurityGroupEgress(this, 'ToItself', {
      ...among,
      groupId: group.attrGroupId,
      destinationSecurityGroupId: group.attrGroupId
    });
    this.surroundings.network.admitToCluster(this, 'ToCluster', group.attrGroupId, 'Spark jobs');
    this.surroundings.network.admitToEndpoints(this, 'ToEndpoints', group.attrGroupId, 'Spark jobs');
    return group.attrGroupId;
  }

  /** The container's image comes by these; its layers come from S3. */
  private openEndpoints(): void {
    const { network, region } = this.configuration;
    for (const [id, service] of [
      ['EcrApi', 'ecr.api'],
      ['EcrDkr', 'ecr.dkr']
    ] as const) {
      new ec2.CfnVPCEndpoint(this, id, {
        vpcId: network.vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        subnetIds: [...network.endpointSubnetIds],
        securityGroupIds: [...this.surroundings.network.endpointGroups],
        privateDnsEnabled: true
      });
    }
  }

  private grantToJobs(): void {
    const subnetId = this.configuration.network.notebookSubnetId;
    const { imageUri } = this.settings;
    acceptWildcard(
      this.identity,
      logsOf(this),
      'SageMaker makes this log group and a stream for each machine.'
    );
    acceptWildcard(
      this.identity,
      interfacesOf(this),
      'The network interfaces of a job are made when it starts.'
    );
    acceptWildcard(
      this.identity,
      '*',
      'Neither the login at ECR nor a look at the network can be bound to anything.'
    );
    this.identity.give({ allow: containerNeeds(this, { imageUri, subnetId, group: this.group }), tell: {} });
  }
}
