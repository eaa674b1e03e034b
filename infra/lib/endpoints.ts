import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ENDPOINT_NAMES, type Configuration, type EndpointName } from './configuration';
import type { Names } from './names';

/** The VPC endpoints that are switched on. */
export class Endpoints extends Construct {
  /** Security group of the interface endpoints; null when none is switched on. */
  readonly group: string | null;

  constructor(scope: Construct, id: string, { network, region }: Configuration, names: Names) {
    super(scope, id);
    const wanted = ENDPOINT_NAMES.filter(name => network.endpoints[name]);
    if (wanted.includes('s3')) {
      new ec2.CfnVPCEndpoint(this, 'S3', {
        vpcId: network.vpcId,
        serviceName: serviceNameOf('s3', region),
        vpcEndpointType: 'Gateway',
        routeTableIds: [...network.routeTableIds]
      });
    }
    const interfaces = wanted.filter(name => name !== 's3');
    if (interfaces.length === 0) {
      this.group = null;
      return;
    }
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      vpcId: network.vpcId,
      groupDescription: `Interface endpoints of ${names.stack}`,
      // An endpoint answers and never calls; without this line AWS lets it call everywhere.
      securityGroupEgress: [{ ipProtocol: 'icmp', fromPort: 252, toPort: 86, cidrIp: '255.255.255.255/32' }]
    });
    this.group = group.attrGroupId;
    for (const name of interfaces) {
      new ec2.CfnVPCEndpoint(this, pascalCase(name), {
        vpcId: network.vpcId,
        serviceName: serviceNameOf(name, region),
        vpcEndpointType: 'Interface',
        subnetIds: [...network.endpointSubnetIds],
        securityGroupIds: [group.attrGroupId],
        privateDnsEnabled: true
      });
    }
  }
}

const SERVICES: Readonly<Record<EndpointName, string>> = {
  s3: 's3',
  sagemakerApi: 'sagemaker.api',
  sagemakerRuntime: 'sagemaker.runtime',
  notebook: 'notebook',
  secretsManager: 'secretsmanager',
  logs: 'logs',
  monitoring: 'monitoring',
  sts: 'sts',
  kms: 'kms',
  glue: 'glue',
  athena: 'athena'
};

function serviceNameOf(name: EndpointName, region: string): string {
  return name === 'notebook'
    ? `aws.sagemaker.${region}.${SERVICES[name]}`
    : `com.amazonaws.${region}.${SERVICES[name]}`;
}

function pascalCase(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
