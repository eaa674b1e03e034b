import { App } from 'aws-cdk-lib';
import { configurationOf } from '../config/environments';
import { dataScienceApp } from '../lib/app';
import { bundleFile, LIFECYCLE_SCRIPTS } from '../lib/project-files';

/** What the CDK CLI runs. `-c environment=` picks a file of `config/` (dev), `-c bundle=` another archive than `npm run bundle` makes. */
function main(): void {
  const given = (name: string): string | undefined => {
    const value: unknown = new App({ analyticsReporting: false }).node.tryGetContext(name);
    return value === undefined ? undefined : String(value);
  };
  const { app } = dataScienceApp({
    configuration: configurationOf(given('environment') ?? 'dev'),
    lifecycleScripts: LIFECYCLE_SCRIPTS,
    bundle: bundleFile(given('bundle')),
    bundleDelivery: 'asset'
  });
  app.synth();
}

try {
  main();
} catch (error) {
  // An uncaught error of the library prints its minified source first.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
