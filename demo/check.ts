import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { count, record } from '../src/contract/parse';
import { LabPage } from '../test/e2e/lab-page';
import { EXPORT_SQL } from '../test/e2e/export';
import { runScenario, SCENARIO } from '../test/e2e/scenario';
import { StepFailure, type Scene, type Step } from '../test/e2e/step';
import type { Jupyter } from './jupyter';
import { connect } from './postgres-server';
import { SetupError } from './setup-error';
import { environmentFor, type StackDescription } from './stack';

export interface CheckOptions {
  readonly pythonEnvironment: string;
  readonly screenshots: string;
}

/**
 * Does the main job in a real browser and compares the exported object with the database. Prints one JSON line and
 * returns the exit code.
 */
export async function check(
  stack: StackDescription,
  jupyter: Jupyter,
  { pythonEnvironment, screenshots }: CheckOptions
): Promise<number> {
  const chromium = process.env['CHROMIUM'];
  if (!chromium) {
    throw new SetupError('No browser is named: start this with npm run demo -- --check, or set CHROMIUM.');
  }
  const lab = await LabPage.open({ url: jupyter.url, chromium, screenshots });
  try {
    const scene: Scene = {
      lab,
      bucket: stack.aws.bucket,
      openPrimary: () => connect(stack.primary, stack.database, stack.admin, stack.caFile),
      exportKey: 'exports/events_with_orders.parquet',
      seen: {}
    };
    const report = await runScenario([...SCENARIO, comparison(stack, pythonEnvironment)], scene);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (report.failed !== null) {
      await lab.screenshot('failed');
      process.stderr.write(`The check failed at "${report.failed}": ${report.reason}\n`);
      process.stderr.write(`What the page showed is in ${path.join(screenshots, 'failed.png')}.\n`);
    }
    return report.failed === null ? 0 : 1;
  } finally {
    await lab.close();
  }
}

const parseComparison = record({ rows: count, columns: count, cells: count, bytes: count });

/** pyarrow's reading of the object against psycopg's of the database. */
function comparison(stack: StackDescription, pythonEnvironment: string): Step {
  return {
    name: 'compare the object with the database cell by cell',
    run: async scene => {
      const uri = `s3://${scene.bucket}/${scene.exportKey}`;
      const compare = await promisify(execFile)(
        path.join(pythonEnvironment, 'bin', 'python'),
        [path.join(__dirname, 'compare.py'), uri, EXPORT_SQL],
        { env: { ...process.env, ...environmentFor(stack) } }
      ).catch((error: { stderr?: string }) => {
        throw new StepFailure((error.stderr ?? String(error)).trim().split('\n').slice(-3).join(' | '));
      });
      const { rows, cells, bytes } = parseComparison(JSON.parse(compare.stdout));
      Object.assign(scene.seen, { rows, cells, bytes });
    }
  };
}
