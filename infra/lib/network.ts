import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Configuration } from './configuration';
import { Endpoints } from './endpoints';
import type { Names } from './names';

export const HTTPS = 443;

/** What the notebook can reach: the cluster's port, the endpoints, S3, and nothing else. */
export class Network extends Construct {
  readonly notebookGroup: string;
  /** Security groups of the endpoints, ours and those that the VPC had. */
  readonly endpointGroups: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    names: Names
  ) {
    super(scope, id);
    const { network, cluster } = configuration;
    const endpoints = new Endpoints(this, 'Endpoints', configuration, names);
    this.endpointGroups = [endpoints.group, network.existingEndpointSecurityGroupId].filter(
      group => group !== null
    );
    const notebook = new ec2.CfnSecurityGroup(this, 'NotebookGroup', {
      vpcId: network.vpcId,
      groupDescription: `Notebook of ${names.stack}`,
      securityGroupEgress: [
        {
          ...tcp(cluster.port, 'The database'),
          destinationSecurityGroupId: cluster.securityGroupId
        },
        ...this.endpointGroups.map(group => ({
          ...tcp(HTTPS, 'Interface endpoints'),
          destinationSecurityGroupId: group
        })),
        { ...tcp(HTTPS, 'S3 through its gateway endpoint'), destinationPrefixListId: network.s3PrefixListId },
        ...network.additionalEgress.map(({ port, description, cidr }) => ({
          ...tcp(port, description),
          cidrIp: cidr
        }))
      ]
    });
    this.notebookGroup = notebook.attrGroupId;
    this.admitToCluster(this, 'NotebookToCluster', this.notebookGroup, 'Data-science notebook');
    this.admitToEndpoints(this, 'NotebookToEndpoints', this.notebookGroup, 'Data-science notebook');
  }

  /** A rule in the cluster's own security group. */
  admitToCluster(scope: Construct, id: string, sourceGroup: string, description: string): void {
    const { cluster } = this.configuration;
    new ec2.CfnSecurityGroupIngress(scope, id, {
      ...tcp(cluster.port, description),
      groupId: cluster.securityGroupId,
      sourceSecurityGroupId: sourceGroup
    });
  }

  admitToEndpoints(scope: Construct, id: string, sourceGroup: string, description: string): void {
    this.endpointGroups.forEach((group, index) => {
      new ec2.CfnSecurityGroupIngress(scope, `${id}${index}`, {
        ...tcp(HTTPS, description),
        groupId: group,
        sourceSecurityGroupId: sourceGroup
      });
    });
  }
}

export function tcp(port: number, description: string) {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port, description };
}
