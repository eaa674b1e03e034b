/**
 * npm run outputs -- FILE
 *
 * Prints what the deployed stack says as `sagemaker_setup`, `sagemaker_notebook_name`, the notebook's address and the command that
 * opens JupyterLab, as JSON.
 *
 * FILE  what `cdk deploy --outputs-file FILE` wrote, or - for what `aws cloudformation describe-stacks --stack-name NAME` prints
 */
import { readFileSync } from 'node:fs';
import { summaryOf } from '../lib/stack-outputs';

const STANDARD_INPUT = 0;

try {
  const [file] = process.argv.slice(2);
  if (!file) {
    throw new Error('Give the file of `cdk deploy --outputs-file FILE`, or - to read standard input.');
  }
  const content = readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8');
  process.stdout.write(`${JSON.stringify(summaryOf(content), null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
