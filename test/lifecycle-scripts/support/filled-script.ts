import { readFileSync } from 'node:fs';
import path from 'node:path';

export type Hook = 'on-create' | 'on-start';

export const SETTINGS = {
  REGION: 'eu-west-2',
  BUNDLE_S3_URI: 's3://trial-assets/bundle.tar',
  BUNDLE_SHA256: '0'.repeat(64),
  SECRET_ID:
    'arn:aws:secretsmanager:eu-west-2:123456789012:secret:jao-dev/data-science/database-login-a1b2c3',
  DATA_BUCKET: 'trial-data',
  IDLE_TIMEOUT_MINUTES: '120',
  POOL_SIZE: '4',
  METRICS_NAMESPACE: 'JupyterLabReplica',
  AUDIT_LOG_GROUP: '/jao-dev/data-science/queries',
  SPARK: 'none'
} as const;

type Settings = Readonly<Record<keyof typeof SETTINGS, string>>;

export function template(hook: Hook): string {
  return readFileSync(path.resolve('lifecycle-scripts', `${hook}.sh`), 'utf8');
}

export function placeholdersOf(script: string): readonly string[] {
  return [...new Set(script.match(/(?<=')@[A-Z][A-Z0-9_]*@(?=')/g))];
}

/** The script as a deployment fills it in. */
export function filledScript(hook: Hook, settings: Partial<Settings> = {}): string {
  const all: Settings = { ...SETTINGS, ...settings };
  return Object.entries(all).reduce(
    (script, [name, value]) => script.replaceAll(`@${name}@`, value),
    template(hook)
  );
}
