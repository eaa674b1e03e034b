import { existsSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { configurationOf } from '../config/environments';
import { dataScienceApp } from '../lib/app';
import { SynthesisError } from '../lib/synthesis-error';

const project = path.join(__dirname, '..', '..');
const BUNDLE = path.join('dist', 'notebook-bundle.tar.gz');

/**
 * What `-c name=value` on the command line says:
 *
 * | name | meaning | default |
 * |---|---|---|
 * | environment | dev, staging or prod | dev |
 * | bundle | the archive that the notebook installs | what `npm run bundle` made |
 * | bundleDelivery | asset: `cdk deploy` uploads it; parameters: the template asks for bucket and key | asset |
 */
function main(): void {
  const given = new App({ analyticsReporting: false }).node;
  const context = (name: string, fallback: string) => String(given.tryGetContext(name) ?? fallback);
  const { app } = dataScienceApp({
    configuration: configurationOf(context('environment', 'dev')),
    lifecycleScripts: path.join(project, 'lifecycle-scripts'),
    bundle: existing(context('bundle', path.join(project, BUNDLE))),
    bundleDelivery: context('bundleDelivery', 'asset') === 'parameters' ? 'parameters' : 'asset'
  });
  app.synth();
}

function existing(bundle: string): string {
  if (!existsSync(bundle)) {
    throw new SynthesisError(
      `${bundle} is not there, and a notebook without it would have neither extension nor auto-stop: make it with \`npm run bundle\` in the project's root.`
    );
  }
  return bundle;
}

try {
  main();
} catch (error) {
  // An uncaught error of the library prints its minified source first.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
