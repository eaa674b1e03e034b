import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationOf } from '../../config/environments';
import { dev } from '../../config/dev';
import { ENDPOINT_NAMES, type Configuration, type EndpointName } from '../../lib/configuration';
import { configurationErrors } from '../../lib/configuration-check';

describe('a configuration', () => {
  it.each(['dev', 'staging', 'prod'])('of %s is as it should be', name => {
    expect(configurationOf(name).environment).toBe(name);
  });

  it('is one of the three', () => {
    expect(() => configurationOf('test')).toThrow(
      'There is no environment "test": choose one of dev, staging, prod with -c environment=….'
    );
  });

  it('is told everything that is wrong with it at once', () => {
    const wrong: Configuration = {
      ...dev,
      account: '12345',
      notebook: { ...dev.notebook, instanceType: 't3.medium', volumeSizeGb: 4, idleTimeoutMinutes: 0.5 },
      network: { ...dev.network, vpcId: 'my-vpc' },
      dataScientistUsers: ['arn:aws:iam::111111111111:user/ada', 'grace', 'grace'],
      observability: { ...dev.observability, queryLogDays: 42, monthlyBudgetUsd: -1 }
    };
    expect(configurationErrors(wrong)).toEqual([
      'account is "12345": it must be the twelve digits of an AWS account.',
      'notebook.instanceType is "t3.medium": it must be a notebook instance type such as ml.t3.medium.',
      'notebook.volumeSizeGb is 4: it must be a whole number from 5 to 16384.',
      'notebook.idleTimeoutMinutes is 0.5: it must be a whole number from 10 to 10080.',
      'network.vpcId is "my-vpc": it must be an id such as vpc-0123456789abcdef0.',
      'dataScientistUsers[0] is "arn:aws:iam::111111111111:user/ada": it must be the name of an IAM user (its last part, not its ARN).',
      'dataScientistUsers holds grace twice.',
      'observability.monthlyBudgetUsd is -1: it must be above 0, or null for no budget.',
      expect.stringContaining('observability.queryLogDays is 42: CloudWatch Logs keeps 1, 3, 5, 7')
    ]);
  });

  const { network, cluster, database, storage, replica } = dev;
  it.each<[string, Partial<Configuration>]>([
    ['projectPrefix', { projectPrefix: 'Jao_' }],
    ['region', { region: 'London' }],
    [
      'notebook.gitRepository.url',
      {
        notebook: {
          ...dev.notebook,
          gitRepository: { url: 'https://user:pass@git.example.com/a', branch: 'main', secretArn: null }
        }
      }
    ],
    ['network.notebookSubnetId', { network: { ...network, notebookSubnetId: 'vpc-01234567' } }],
    ['network.endpointSubnetIds is empty', { network: { ...network, endpointSubnetIds: [] } }],
    ['network.routeTableIds is empty', { network: { ...network, routeTableIds: [] } }],
    [
      'network.additionalEgress[0].cidr',
      { network: { ...network, additionalEgress: [{ cidr: '0.0.0.0/0', port: 443, description: 'all' }] } }
    ],
    ['cluster.writerEndpoint', { cluster: { ...cluster, writerEndpoint: 'postgres://db.example.com' } }],
    [
      'cluster.readerEndpoint is the same',
      { cluster: { ...cluster, readerEndpoint: cluster.writerEndpoint } }
    ],
    ['cluster.engineVersion', { cluster: { ...cluster, engineVersion: '9.6' } }],
    ['replica.instanceClass', { replica: { ...replica, instanceClass: 'r6g.large' } }],
    ['replica.monitoringIntervalSeconds', { replica: { ...replica, monitoringIntervalSeconds: 7 } }],
    [
      'replica.performanceInsightsRetentionDays',
      { replica: { ...replica, performanceInsightsRetentionDays: 30 } }
    ],
    ['database.username', { database: { ...database, username: 'Reader-1' } }],
    [
      'database.login.clusterResourceId',
      { database: { ...database, login: { kind: 'iam', clusterResourceId: 'jao' } } }
    ],
    [
      'database.login.rotation.everyDays',
      {
        database: {
          ...database,
          login: {
            kind: 'password',
            rotation: {
              kind: 'alternating-users',
              everyDays: 0,
              adminSecretArn: 'arn:aws:secretsmanager:eu-west-2:111111111111:secret:a-b'
            }
          }
        }
      }
    ],
    [
      'database.login.rotation.adminSecretArn',
      {
        database: {
          ...database,
          login: {
            kind: 'password',
            rotation: { kind: 'alternating-users', everyDays: 1, adminSecretArn: 'admin' }
          }
        }
      }
    ],
    ['storage.bucketSuffix is', { storage: { ...storage, bucketSuffix: 'suffix' } }],
    ['storage.bucketSuffix makes', { storage: { ...storage, bucketSuffix: `-${'a'.repeat(50)}` } }],
    ['encryption.keyArn', { encryption: { kind: 'existing-key', keyArn: 'alias/mine' } }],
    ['observability.alertEmails[0]', { observability: { ...dev.observability, alertEmails: ['nobody'] } }],
    [
      'observability.alarms.replicaCpuPercent',
      {
        observability: {
          ...dev.observability,
          alarms: { ...dev.observability.alarms!, replicaCpuPercent: 180 }
        }
      }
    ]
  ])('is refused where %s is wrong', (field, change) => {
    const errors = configurationErrors({ ...dev, ...change });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(field);
  });

  it('may not cut the notebook off from the services it needs', () => {
    const endpoints: Readonly<Record<EndpointName, boolean>> = {
      ...network.endpoints,
      monitoring: false,
      logs: false
    };
    const [error] = configurationErrors({ ...dev, network: { ...network, endpoints } });
    expect(error).toContain('network.endpoints.monitoring, network.endpoints.logs are off');
    const served = { ...network, endpoints, existingEndpointSecurityGroupId: 'sg-0123456789abcdef0' };
    expect(configurationErrors({ ...dev, network: served })).toEqual([]);
  });

  it('says every endpoint on or off', () => {
    expect(Object.keys(network.endpoints).sort()).toEqual([...ENDPOINT_NAMES].sort());
  });

  it('holds no password', () => {
    for (const name of ['dev', 'staging', 'prod', 'defaults']) {
      const source = readFileSync(path.join(__dirname, '..', '..', 'config', `${name}.ts`), 'utf8');
      expect(source).not.toMatch(/\bpassword\s*:/i);
    }
  });
});
