import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import { ENDPOINT_NAMES, type EndpointName, type NetworkSettings } from '../../lib/configuration';
import { resourcesOf } from '../support/resources';
import { synthesized } from '../support/synthesized';

const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const GROUP = 'AWS::EC2::SecurityGroup';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';

describe('the network', () => {
  it('lets the notebook reach the database, the endpoints and S3, and nothing else', () => {
    const template = synthesized(dev);
    template.hasResourceProperties(GROUP, {
      GroupDescription: 'Notebook of jao-dev-data-science',
      VpcId: dev.network.vpcId,
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [
        Match.objectLike({
          FromPort: 5432,
          ToPort: 5432,
          DestinationSecurityGroupId: 'sg-01000000000000000'
        }),
        Match.objectLike({ FromPort: 443, ToPort: 443, DestinationSecurityGroupId: Match.anyValue() }),
        Match.objectLike({ FromPort: 443, ToPort: 443, DestinationPrefixListId: 'pl-7ca54015' })
      ]
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('0.0.0.0/0');
  });

  it('admits the notebook to the cluster at its own port', () => {
    synthesized({ ...dev, cluster: { ...dev.cluster, port: 5433 } }).hasResourceProperties(INGRESS, {
      GroupId: 'sg-01000000000000000',
      IpProtocol: 'tcp',
      FromPort: 5433,
      ToPort: 5433,
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkNotebookGroup'), 'GroupId'] }
    });
  });

  it('reaches other hosts that the configuration names', () => {
    const additionalEgress = [{ cidr: '10.9.8.0/24', port: 443, description: 'Git server' }];
    synthesized({ ...dev, network: { ...dev.network, additionalEgress } }).hasResourceProperties(GROUP, {
      SecurityGroupEgress: Match.arrayWith([
        Match.objectLike({ CidrIp: '10.9.8.0/24', FromPort: 443, ToPort: 443 })
      ])
    });
  });

  it.each(ENDPOINT_NAMES)('makes the endpoint %s only where it is switched on', name => {
    const others = endpoints({ [name]: false });
    const all = serviceNames(endpoints({}));
    const without = serviceNames(others);
    expect(all.filter(service => !without.includes(service))).toEqual([SERVICES[name]]);
  });

  it('gives interface endpoints private names, subnets and a group that only our own may call', () => {
    const template = synthesized({ ...dev, network: endpoints({}) });
    template.allResourcesProperties(ENDPOINT, { VpcId: dev.network.vpcId });
    template.hasResourceProperties(ENDPOINT, {
      ServiceName: 'com.amazonaws.eu-west-2.secretsmanager',
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      SubnetIds: dev.network.endpointSubnetIds
    });
    template.hasResourceProperties(ENDPOINT, {
      ServiceName: 'com.amazonaws.eu-west-2.s3',
      VpcEndpointType: 'Gateway',
      RouteTableIds: dev.network.routeTableIds
    });
    template.hasResourceProperties(INGRESS, {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkEndpointsGroup'), 'GroupId'] },
      FromPort: 443,
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkNotebookGroup'), 'GroupId'] }
    });
  });

  it('uses the endpoints that the VPC has, and adds the rule that admits the notebook', () => {
    const off: Partial<Record<EndpointName, boolean>> = Object.fromEntries(
      ENDPOINT_NAMES.map(name => [name, false])
    );
    const template = synthesized({
      ...dev,
      network: { ...endpoints(off), existingEndpointSecurityGroupId: 'sg-0eeeeeeeeeeeeeeee' }
    });
    template.resourceCountIs(ENDPOINT, 0);
    template.hasResourceProperties(INGRESS, { GroupId: 'sg-0eeeeeeeeeeeeeeee', FromPort: 443 });
    template.hasResourceProperties(GROUP, {
      SecurityGroupEgress: Match.arrayWith([
        Match.objectLike({ DestinationSecurityGroupId: 'sg-0eeeeeeeeeeeeeeee', FromPort: 443 })
      ])
    });
  });
});

const SERVICES: Readonly<Record<EndpointName, string>> = {
  s3: 'com.amazonaws.eu-west-2.s3',
  sagemakerApi: 'com.amazonaws.eu-west-2.sagemaker.api',
  sagemakerRuntime: 'com.amazonaws.eu-west-2.sagemaker.runtime',
  notebook: 'aws.sagemaker.eu-west-2.notebook',
  secretsManager: 'com.amazonaws.eu-west-2.secretsmanager',
  logs: 'com.amazonaws.eu-west-2.logs',
  monitoring: 'com.amazonaws.eu-west-2.monitoring',
  sts: 'com.amazonaws.eu-west-2.sts',
  kms: 'com.amazonaws.eu-west-2.kms',
  glue: 'com.amazonaws.eu-west-2.glue',
  athena: 'com.amazonaws.eu-west-2.athena'
};

/** All endpoints on, but for the ones named. */
function endpoints(switches: Partial<Record<EndpointName, boolean>>): NetworkSettings {
  const all: Record<EndpointName, boolean> = { ...dev.network.endpoints };
  for (const name of ENDPOINT_NAMES) {
    all[name] = switches[name] ?? true;
  }
  return { ...dev.network, endpoints: all };
}

function serviceNames(network: NetworkSettings): unknown[] {
  return Object.values(resourcesOf(synthesized({ ...dev, network }), ENDPOINT)).map(
    ({ Properties }) => Properties['ServiceName']
  );
}
