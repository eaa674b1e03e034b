import { App, BootstraplessSynthesizer, DefaultStackSynthesizer, Validations } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataScienceStack, type DataScienceStackProps } from './data-science-stack';
import { namesOf } from './names';

/** An app that judges itself by the AwsSolutions pack. Its output goes to the CLI's directory unless another is named. */
export function judgedApp(outdir?: string): App {
  const app = new App({
    outdir,
    analyticsReporting: false,
    // The CLI alone reads cdk.json, and the template must be the same without it.
    postCliContext: flags
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

export type StackOptions = Pick<
  DataScienceStackProps,
  'configuration' | 'lifecycleScripts' | 'bundle' | 'bundleDelivery'
>;

/** The stack of one environment. Synthesizing it needs no network, no account and no credentials. */
export function addStack(app: App, options: StackOptions): DataScienceStack {
  const { configuration, bundleDelivery } = options;
  return new DataScienceStack(app, 'DataScience', {
    ...options,
    stackName: namesOf(configuration).stack,
    description:
      'A SageMaker notebook and a data-science reader beside an existing Aurora PostgreSQL cluster',
    env: { account: configuration.account, region: configuration.region },
    // The notebook's volume goes with the stack.
    terminationProtection: configuration.environment === 'prod',
    // A team that deploys by other tools has no bootstrap stack.
    synthesizer: bundleDelivery === 'asset' ? new DefaultStackSynthesizer() : new BootstraplessSynthesizer()
  });
}
