import { Token } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SynthesisError } from './synthesis-error';

/** What the scripts are told. Each stands in them as `@NAME@`. */
export type Setting =
  | 'AUDIT_LOG_GROUP'
  | 'BUNDLE_S3_URI'
  | 'BUNDLE_SHA256'
  | 'DATA_BUCKET'
  | 'IDLE_TIMEOUT_MINUTES'
  | 'METRICS_NAMESPACE'
  | 'POOL_SIZE'
  | 'REGION'
  | 'SECRET_ID'
  | 'SPARK';

/** SageMaker takes 16,384 characters of base64, which is three quarters of that in bytes. */
export const MOST_SCRIPT_BYTES = 12_288;

/** What a value known only at deployment may take: a bucket's name and a key. */
const TOKEN_BYTES = 256;

const PLACEHOLDER = /@([A-Z][A-Z0-9_]*)@/g;

/**
 * A lifecycle script with its settings in place.
 * @throws SynthesisError when a placeholder has no setting, or the script is longer than SageMaker takes.
 */
export function filledScript(
  directory: string,
  name: 'on-create.sh' | 'on-start.sh',
  settings: Readonly<Partial<Record<Setting, string>>>
): string {
  const known: ReadonlyMap<string, string> = new Map(Object.entries(settings));
  const unfilled = new Set<string>();
  const script = readFileSync(path.join(directory, name), 'utf8').replace(PLACEHOLDER, (whole, setting) => {
    const value = known.get(setting);
    if (value === undefined) {
      unfilled.add(whole);
    }
    return value ?? whole;
  });
  if (unfilled.size > 0) {
    throw new SynthesisError(
      `${name} asks for ${[...unfilled].join(', ')}, which the infrastructure does not tell: add it to Setting in lib/lifecycle-scripts.ts and to the part that knows it.`
    );
  }
  const bytes = sizeBytes(script);
  if (bytes > MOST_SCRIPT_BYTES) {
    throw new SynthesisError(
      `${name} has ${bytes} bytes and SageMaker takes ${MOST_SCRIPT_BYTES}: move what it does into the bundle, which it fetches.`
    );
  }
  return script;
}

function sizeBytes(script: string): number {
  return Token.isUnresolved(script)
    ? Buffer.byteLength(script.replace(/\$\{Token\[[^\]]*\]\}/g, ' '.repeat(TOKEN_BYTES)))
    : Buffer.byteLength(script);
}
