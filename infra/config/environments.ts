import { ENVIRONMENT_NAMES, type Configuration, type EnvironmentName } from '../lib/configuration';
import { configurationErrors } from '../lib/configuration-check';
import { SynthesisError } from '../lib/synthesis-error';
import { dev } from './dev';
import { prod } from './prod';
import { staging } from './staging';

const CONFIGURATIONS: Readonly<Record<EnvironmentName, Configuration>> = { dev, staging, prod };

/**
 * The configuration of one environment.
 * @throws SynthesisError for a name that is none, or with everything that is wrong in its file.
 */
export function configurationOf(name: string): Configuration {
  const environment = ENVIRONMENT_NAMES.find(known => known === name);
  if (!environment) {
    throw new SynthesisError(
      `There is no environment "${name}": choose one of ${ENVIRONMENT_NAMES.join(', ')} with -c environment=….`
    );
  }
  const configuration = CONFIGURATIONS[environment];
  const errors = configurationErrors(configuration);
  if (errors.length > 0) {
    throw new SynthesisError(
      [`infra/config/${environment}.ts cannot be used:`, ...errors.map(error => `  - ${error}`)].join('\n')
    );
  }
  return configuration;
}
