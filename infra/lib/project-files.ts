import { existsSync } from 'node:fs';
import path from 'node:path';
import { SynthesisError } from './synthesis-error';

const project = path.join(__dirname, '..', '..');

export const LIFECYCLE_SCRIPTS = path.join(project, 'lifecycle-scripts');

/**
 * The archive that the notebook installs: the one given, or what `npm run bundle` makes.
 * @throws SynthesisError when there is none.
 */
export function bundleFile(given: string | undefined): string {
  const bundle = given ?? path.join(project, 'dist', 'jupyterlab-replica-bundle.tar');
  if (!existsSync(bundle)) {
    throw new SynthesisError(
      `${path.relative(process.cwd(), bundle)} is not there, and a notebook without it would have neither panel nor auto-stop: make it with \`npm run bundle -- --rds-ca FILE\` in the project's root.`
    );
  }
  return bundle;
}
