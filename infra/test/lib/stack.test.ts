import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { staging } from '../../config/staging';
import type { Configuration } from '../../lib/configuration';
import { namesOf } from '../../lib/names';
import { resourcesOf } from '../support/resources';
import { synthesized, synthesizedText } from '../support/synthesized';

const infra = path.join(__dirname, '..', '..');
const cfnLint = path.join(infra, '..', '.venv', 'bin', 'cfn-lint');

/** Every switch on that the three environments leave off. */
const everything: Configuration = {
  ...staging,
  notebook: {
    ...staging.notebook,
    gitRepository: { url: 'https://git.example.com/a/b.git', branch: 'main', secretArn: null }
  },
  dataScientistUsers: ['ada'],
  scaleOut: {
    imageUri: '222222222222.dkr.ecr.eu-west-2.amazonaws.com/sagemaker-spark-processing:3.5-cpu',
    instanceTypes: ['ml.m5.xlarge'],
    mostInstances: 4,
    volumeSizeGb: 100,
    maxHours: 24,
    hourlyUsd: { 'ml.m5.xlarge': 0.23 },
    snapshotMinutes: 60,
    ecrEndpoints: true
  },
  observability: { ...staging.observability, alertEmails: ['data@example.com'] }
};
const nothing: Configuration = {
  ...dev,
  enableSagemakerEnvironment: false,
  enableDataScienceReplica: false,
  observability: { ...dev.observability, alarms: null, monthlyBudgetUsd: null }
};
const CONFIGURATIONS: readonly [string, Configuration][] = [
  ['dev', dev],
  ['staging', staging],
  ['prod', prod],
  ['all switches on', everything],
  ['all switches off', nothing]
];

describe('the stack', () => {
  it.each([dev, staging, prod])('is the one that was reviewed', configuration => {
    expect(synthesized(configuration).toJSON()).toMatchSnapshot(configuration.environment);
  });

  it('has the same bytes at every synth', () => {
    expect(synthesizedText(prod)).toBe(synthesizedText(prod));
  });

  it('is well formed to cfn-lint, whatever is switched on', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'infra-lint-'));
    try {
      const files = CONFIGURATIONS.flatMap(([, configuration], index) =>
        (['asset', 'parameters'] as const).map(bundleDelivery => {
          const file = path.join(directory, `${index}-${bundleDelivery}.json`);
          writeFileSync(file, synthesizedText(configuration, { bundleDelivery }));
          return file;
        })
      );
      const { stdout, status } = spawnSync(cfnLint, ['--regions', dev.region, '--', ...files], {
        encoding: 'utf8'
      });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 180_000);

  it('asks a team without the CDK for the place of the bundle, and for no bootstrap stack', () => {
    const template = synthesized(dev, { bundleDelivery: 'parameters' });
    expect(Object.keys(template.toJSON()['Parameters'])).toEqual(['BundleBucket', 'BundleKey']);
    expect(template.toJSON()['Rules']).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toContain('cdk-hnb659fds');
  });

  it('gives every physical name that it knows', () => {
    const text = JSON.stringify(synthesized(everything).toJSON());
    const { tag, stack, ...names } = namesOf(everything);
    expect(text).toContain(tag.value);
    expect(text).toContain(stack);
    for (const name of Object.values(names)) {
      expect(text).toContain(name);
    }
  });

  it('has outputs for the notebook and for all that a user has to know', () => {
    const outputs = synthesized(dev).findOutputs('*');
    expect(outputs['SagemakerNotebookName']).toMatchObject({ Value: 'jao-dev-sagemaker-notebook' });
    expect(JSON.stringify(outputs['SagemakerSetup'])).toMatch(
      /replicaHost.*secretArn.*dataBucket.*queryLogGroup/
    );
    expect(synthesized(nothing).findOutputs('SagemakerNotebookName')).toEqual({});
  });

  it('leaves nothing open to the world and trusts no foreign account', () => {
    for (const [, configuration] of CONFIGURATIONS) {
      const template = synthesized(configuration);
      for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
        expect(JSON.stringify(Properties['AssumeRolePolicyDocument'])).not.toContain('"AWS"');
      }
      expect(JSON.stringify(template.toJSON())).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
    }
  });

  it('is written in parts that can be read', () => {
    for (const file of readdirSync(path.join(infra, 'lib'))) {
      const lines = readFileSync(path.join(infra, 'lib', file), 'utf8').split('\n').length;
      expect([file, lines < (DATA.has(file) ? 400 : 150)]).toEqual([file, true]);
    }
  });
});

/** Not constructs: the shape of the configuration and what judges it. */
const DATA = new Set(['configuration.ts', 'configuration-check.ts']);
