/**
 * npm run synth -- [--environment dev] [--bundle FILE] [--template]
 *
 * Writes the CloudFormation template to cdk.out/ and prints its path; needs no network, no account and no credentials.
 *
 * --environment  dev, staging or prod
 * --bundle       the archive for the notebook; without it, what `npm run bundle` made
 * --template     for teams without the CDK: the template refers to no bootstrap stack, and asks for the place of the bundle with
 *                the parameters BundleBucket and BundleKey
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { configurationOf } from '../config/environments';
import { addStack, judgedApp } from '../lib/app';
import { bundleFile, LIFECYCLE_SCRIPTS } from '../lib/project-files';

function main(): void {
  const { values } = parseArgs({
    options: {
      environment: { type: 'string', default: 'dev' },
      bundle: { type: 'string' },
      template: { type: 'boolean', default: false }
    }
  });
  const outdir = path.join(
    __dirname,
    '..',
    'cdk.out',
    values.template ? `${values.environment}-template` : values.environment
  );
  const app = judgedApp(outdir);
  const stack = addStack(app, {
    configuration: configurationOf(values.environment),
    lifecycleScripts: LIFECYCLE_SCRIPTS,
    bundle: bundleFile(values.bundle),
    bundleDelivery: values.template ? 'parameters' : 'asset'
  });
  app.synth();
  process.stdout.write(`${path.relative(process.cwd(), path.join(outdir, stack.templateFile))}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
