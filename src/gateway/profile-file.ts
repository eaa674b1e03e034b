import { ContractError, count, flag, list, nullable, oneOf, optional, record, text } from '../contract/parse';
import type { CredentialsConfig, ProfileConfig, TlsConfig } from './config';
import { GatewayError } from './gateway-error';

const TLS_MODES = ['verify-full', 'require', 'disable'] as const;

const parseEntry = record({
  name: text,
  production: optional(flag, false),
  secretId: optional(nullable(text), null),
  host: optional(text, ''),
  port: optional(count, 5432),
  database: optional(text, ''),
  user: optional(text, ''),
  /** The environment variable that holds the password, which has no place in a file. */
  passwordVariable: optional(nullable(text), null),
  sslMode: optional(nullable(oneOf(...TLS_MODES)), null),
  sslRootCert: optional(nullable(text), null),
  searchPath: optional(list(text), [])
});
const FIELDS = new Set([
  'name',
  'production',
  'secretId',
  'host',
  'port',
  'database',
  'user',
  'passwordVariable',
  'sslMode',
  'sslRootCert',
  'searchPath'
]);
/** Shown in a list and in `pg_stat_activity`. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u;

/**
 * The profiles of `{"profiles": [{"name": "prod", "production": true, "secretId": "…"}, …]}`, the first one being the
 * default. An entry without `secretId` has `host`, `port`, `database`, `user` and `passwordVariable`; TLS is `tls` unless the
 * entry has `sslMode` or `sslRootCert`. Throws GatewayError `bad-request` that tells everything that is wrong with `json`.
 */
export function parseProfileFile(
  file: string,
  json: string,
  environment: NodeJS.ProcessEnv,
  tls: TlsConfig
): readonly ProfileConfig[] {
  const entries = readEntries(file, json);
  const wrong: string[] = entries.length === 0 ? ['there is no profile in it'] : [];
  const profiles = entries.flatMap((entry, index) => {
    const faults = faultsOf(entry, entries.slice(0, index));
    wrong.push(...faults.map(fault => `profile ${nameOf(entry) ?? index + 1}: ${fault}`));
    return faults.length > 0 ? [] : [toProfile(entry, environment, tls)];
  });
  if (wrong.length > 0) {
    throw unusable(file, wrong.join('; '));
  }
  return profiles;
}

function readEntries(file: string, json: string): readonly unknown[] {
  try {
    return record({ profiles: list<unknown>(value => value) })(JSON.parse(json)).profiles;
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : String(error), error);
  }
}

function faultsOf(entry: unknown, before: readonly unknown[]): readonly string[] {
  let profile;
  try {
    profile = parseEntry(entry);
  } catch (error) {
    return [error instanceof ContractError ? error.message : String(error)];
  }
  const { name, secretId, host, database, user } = profile;
  const missing = Object.entries({ host, database, user }).flatMap(([field, value]) =>
    value ? [] : [field]
  );
  const unknown = Object.keys(Object(entry)).filter(field => !FIELDS.has(field));
  return [
    ...(NAME.test(name)
      ? []
      : ['its name must be 1 to 40 letters, digits, spaces, dots, dashes or underscores']),
    ...(before.some(other => nameOf(other) === name) ? ['its name is taken by another one'] : []),
    ...(secretId === null && missing.length > 0 ? [`needs secretId, or ${missing.join(', ')}`] : []),
    ...(secretId !== null && missing.length < 3 ? ['has both secretId and a host, database or user'] : []),
    ...unknown.map(field =>
      /password/i.test(field)
        ? `${field} has no place in a file; name an environment variable in passwordVariable`
        : `${field} is not known`
    )
  ];
}

function toProfile(entry: unknown, environment: NodeJS.ProcessEnv, tls: TlsConfig): ProfileConfig {
  const { name, production, sslMode, sslRootCert, searchPath, ...login } = parseEntry(entry);
  return {
    name,
    production,
    credentials: toCredentials(login, environment),
    tls: { mode: sslMode ?? tls.mode, caFile: sslRootCert ?? tls.caFile },
    searchPath: searchPath.length > 0 ? searchPath : null
  };
}

function toCredentials(
  {
    secretId,
    passwordVariable,
    ...login
  }: Omit<ReturnType<typeof parseEntry>, 'name' | 'production' | 'sslMode' | 'sslRootCert' | 'searchPath'>,
  environment: NodeJS.ProcessEnv
): CredentialsConfig {
  if (secretId !== null) {
    return { kind: 'secrets-manager', secretId };
  }
  return {
    kind: 'environment',
    ...login,
    password: (passwordVariable && environment[passwordVariable]) || ''
  };
}

function nameOf(entry: unknown): string | null {
  const name: unknown = Object(entry)['name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

function unusable(file: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'bad-request',
    `The connection profiles in ${file} cannot be used: ${why}.`,
    { subject: 'JUPYTERLAB_REPLICA_PROFILES', action: 'Correct the file and restart the Jupyter server.' },
    cause
  );
}
