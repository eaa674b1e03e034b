import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { addStack, judgedApp, type StackOptions } from '../../lib/app';
import type { Configuration } from '../../lib/configuration';

const fixtures = path.join(__dirname, '..', 'fixtures');

export const FIXTURES = {
  bundle: path.join(fixtures, 'bundle.tar'),
  lifecycleScripts: path.join(fixtures, 'lifecycle-scripts')
};

type Variation = Partial<Omit<StackOptions, 'configuration'>>;

const templates = new Map<string, Template>();

/** The template of a configuration. Findings of cdk-nag make it fail, as on the command line. */
export function synthesized(configuration: Configuration, variation: Variation = {}): Template {
  const question = JSON.stringify([configuration, variation]);
  const known = templates.get(question);
  if (known) {
    return known;
  }
  const template = Template.fromJSON(JSON.parse(synthesizedText(configuration, variation)));
  templates.set(question, template);
  return template;
}

/** The bytes of the template's file. */
export function synthesizedText(configuration: Configuration, variation: Variation = {}): string {
  const outdir = mkdtempSync(path.join(tmpdir(), 'infra-synth-'));
  try {
    const app = judgedApp(outdir);
    const stack = addStack(app, { ...FIXTURES, bundleDelivery: 'asset', configuration, ...variation });
    app.synth();
    return readFileSync(path.join(outdir, stack.templateFile), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
