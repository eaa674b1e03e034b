import { configurationOf } from '../config/environments';
import { addStack, judgedApp } from '../lib/app';
import { bundleFile, LIFECYCLE_SCRIPTS } from '../lib/project-files';

/**
 * What the CDK CLI runs. `-c environment=` picks a file of `config/` (dev); `-c bundle=` names another archive than the one that
 * `npm run bundle` makes.
 */
function main(): void {
  const app = judgedApp();
  const given = (name: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(name);
    return value === undefined ? undefined : String(value);
  };
  addStack(app, {
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
  // Not only the exit code: the app would otherwise write an empty assembly on its way out.
  process.exit(1);
}
