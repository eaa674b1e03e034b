import path from 'node:path';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import type { Configuration } from '../../lib/configuration';
import { replacedBy } from '../support/replacement';
import { synthesized } from '../support/synthesized';

describe('an update', () => {
  it.each<[string, (before: Configuration) => Configuration]>([
    ['a larger instance', c => ({ ...c, notebook: { ...c.notebook, instanceType: 'ml.m5.4xlarge' } })],
    ['a larger volume', c => ({ ...c, notebook: { ...c.notebook, volumeSizeGb: 500 } })],
    ['another idle timeout', c => ({ ...c, notebook: { ...c.notebook, idleTimeoutMinutes: 30 } })],
    ['more connections', c => ({ ...c, notebook: { ...c.notebook, databaseConnections: 8 } })],
    ['new users', c => ({ ...c, dataScientistUsers: ['ada', 'grace'] })],
    ['another replica class', c => ({ ...c, replica: { ...c.replica, instanceClass: 'db.r6g.4xlarge' } })],
    [
      'other alarms',
      c => ({ ...c, observability: { ...c.observability, alarms: null, monthlyBudgetUsd: 5000 } })
    ],
    [
      'new readers of alerts',
      c => ({ ...c, observability: { ...c.observability, alertEmails: ['ops@example.com'] } })
    ],
    [
      'another endpoint',
      c => ({ ...c, network: { ...c.network, endpoints: { ...c.network.endpoints, sts: true } } })
    ],
    [
      'a host more',
      c => ({
        ...c,
        network: { ...c.network, additionalEgress: [{ cidr: '10.1.2.3/32', port: 443, description: 'Git' }] }
      })
    ],
    ['longer logs', c => ({ ...c, observability: { ...c.observability, queryLogDays: 731 } })],
    [
      'the rotation',
      c => ({
        ...c,
        database: {
          ...c.database,
          login: { kind: 'password', rotation: { kind: 'off' } }
        }
      })
    ],
    ['a switch to the reader endpoint', c => ({ ...c, enableDataScienceReplica: false })]
  ])('with %s replaces and removes nothing that holds work, data or access', (_, change) => {
    for (const before of [dev, prod]) {
      const replaced = replacedBy(synthesized(before), synthesized(change(before)));
      expect(replaced.filter(({ type }) => KEPT.has(type))).toEqual([]);
    }
  });

  it.each<[string, Configuration, string]>([
    [
      'another subnet',
      { ...dev, network: { ...dev.network, notebookSubnetId: 'subnet-0bbbbbbbbbbbbbbbb' } },
      'SubnetId'
    ],
    ['an own key', { ...dev, encryption: { kind: 'own-key' } }, 'KmsKeyId'],
    ['another prefix', { ...dev, projectPrefix: 'lab' }, 'NotebookInstanceName']
  ])('with %s would replace the notebook, as the README says', (_, after, property) => {
    expect(replacedBy(synthesized(dev), synthesized(after))).toContainEqual({
      type: 'AWS::SageMaker::NotebookInstance',
      because: expect.stringContaining(property)
    });
  });

  it('with the IMDS version, root access and lifecycle script of another release replaces nothing', () => {
    const before = synthesized(dev);
    const after = synthesized(dev, {
      bundle: path.join(__dirname, '..', 'fixtures', 'lifecycle-scripts', 'on-start.sh')
    });
    expect(after.toJSON()).not.toEqual(before.toJSON());
    expect(replacedBy(before, after)).toEqual([]);
  });

  it('keeps the password while the host names of the secret stay', () => {
    const secret = (configuration: Configuration) =>
      synthesized(configuration).findResources('AWS::SecretsManager::Secret');
    expect(secret({ ...prod, notebook: { ...prod.notebook, volumeSizeGb: 99 } })).toEqual(secret(prod));
    expect(secret({ ...prod, enableDataScienceReplica: false })).not.toEqual(secret(prod));
  });
});

const KEPT = new Set([
  'AWS::SageMaker::NotebookInstance',
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::Logs::LogGroup'
]);
