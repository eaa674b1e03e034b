import { SynthesisError } from './synthesis-error';

/** What a team wants to know after a deploy, under the names that the guide gives. */
export interface SetupSummary {
  readonly sagemaker_setup: Readonly<Record<string, unknown>>;
  readonly sagemaker_notebook_name: string | null;
  readonly sagemaker_notebook_url: string | null;
  /** The command that prints an address which opens JupyterLab for one session. */
  readonly presigned_url_command: string | null;
}

/**
 * From the file of `cdk deploy --outputs-file FILE`, or from what `aws cloudformation describe-stacks --stack-name NAME` prints.
 * @throws SynthesisError when it is neither, or of another stack.
 */
export function summaryOf(content: string): SetupSummary {
  const outputs = outputsIn(parse(content));
  const setup = outputs['SagemakerSetup'];
  if (setup === undefined) {
    throw new SynthesisError('There is no output SagemakerSetup: these are the outputs of another stack.');
  }
  const fields = asRecord(parse(setup));
  const name = outputs['SagemakerNotebookName'] ?? null;
  return {
    sagemaker_setup: Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [snakeCase(key), value])
    ),
    sagemaker_notebook_name: name,
    sagemaker_notebook_url: typeof fields['notebookUrl'] === 'string' ? fields['notebookUrl'] : null,
    presigned_url_command: name
      ? `aws sagemaker create-presigned-notebook-instance-url --region ${String(fields['region'])} --notebook-instance-name ${name}`
      : null
  };
}

function outputsIn(value: unknown): Readonly<Record<string, string>> {
  const top = asRecord(value);
  const [described] = Array.isArray(top['Stacks']) ? top['Stacks'] : [];
  if (described !== undefined) {
    const listed = asRecord(described)['Outputs'];
    const entries = (Array.isArray(listed) ? listed : []).map(asRecord);
    return Object.fromEntries(
      entries.map(entry => [String(entry['OutputKey']), String(entry['OutputValue'])])
    );
  }
  const [stack] = Object.values(top);
  return Object.fromEntries(Object.entries(asRecord(stack)).map(([key, text]) => [key, String(text)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SynthesisError(
      'This is not JSON: give the file of `cdk deploy --outputs-file FILE`, or - and the output of `aws cloudformation describe-stacks`.'
    );
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SynthesisError('These are not the outputs of a stack.');
  }
  return Object.fromEntries(Object.entries(value));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
