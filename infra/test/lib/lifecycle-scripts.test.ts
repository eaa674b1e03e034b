import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { staging } from '../../config/staging';
import { filledScript, MOST_SCRIPT_BYTES } from '../../lib/lifecycle-scripts';
import { LIFECYCLE_SCRIPTS } from '../../lib/project-files';
import { SynthesisError } from '../../lib/synthesis-error';
import { theOnly } from '../support/resources';
import { synthesized } from '../support/synthesized';

describe('a lifecycle script', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'infra-scripts-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (text: string) => writeFileSync(path.join(directory, 'on-start.sh'), text);

  it('gets its settings, wherever and however often it names them', () => {
    write('a=@REGION@ b=@REGION@/@POOL_SIZE@');
    expect(filledScript(directory, 'on-start.sh', { REGION: 'eu-west-2', POOL_SIZE: '4' })).toBe(
      'a=eu-west-2 b=eu-west-2/4'
    );
  });

  it('with a placeholder that nothing fills is an error that names it', () => {
    write('@REGION@ @COLOUR@');
    expect(() => filledScript(directory, 'on-start.sh', { REGION: 'eu-west-2' })).toThrow(
      /^on-start\.sh asks for @COLOUR@/
    );
  });

  it('may be as long as SageMaker takes, in bytes, and not one longer', () => {
    write('ä'.repeat(MOST_SCRIPT_BYTES / 2));
    expect(filledScript(directory, 'on-start.sh', {})).toHaveLength(MOST_SCRIPT_BYTES / 2);
    write(`${'ä'.repeat(MOST_SCRIPT_BYTES / 2)}!`);
    expect(() => filledScript(directory, 'on-start.sh', {})).toThrow(SynthesisError);
    expect(() => filledScript(directory, 'on-start.sh', {})).toThrow('12289 bytes and SageMaker takes 12288');
  });
});

describe("the project's own scripts", () => {
  it.each([dev, staging, prod])('fit, and are told everything they ask for', configuration => {
    for (const bundleDelivery of ['asset', 'parameters'] as const) {
      const template = synthesized(configuration, { lifecycleScripts: LIFECYCLE_SCRIPTS, bundleDelivery });
      const text = JSON.stringify(theOnly(template, 'AWS::SageMaker::NotebookInstanceLifecycleConfig'));
      expect(text).toContain('auto-stop');
      expect(text).not.toMatch(/'@[A-Z][A-Z0-9_]*@'/);
    }
  });

  it('use everything that they are told', () => {
    const told = readFileSync(path.join(__dirname, '..', '..', 'lib', 'lifecycle-scripts.ts'), 'utf8').match(
      /(?<=\| ')[A-Z0-9_]+(?=')/g
    );
    const script = readFileSync(path.join(LIFECYCLE_SCRIPTS, 'on-start.sh'), 'utf8');
    expect(told?.length).toBeGreaterThan(0);
    for (const setting of told ?? []) {
      expect(script).toContain(`@${setting}@`);
    }
  });
});
