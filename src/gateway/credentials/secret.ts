import { GatewayError } from '../gateway-error';
import type { Credentials } from './credentials';

const DEFAULT_PORT = 5432;

/** What a secret tells of a login; a null password stands for IAM tokens. */
export interface SecretLogin extends Omit<Credentials, 'password'> {
  readonly password: string | null;
}

/**
 * The login in a secret's JSON. `readerHost` is preferred to `host`, which rotation needs to be the writer;
 * `readerPort` likewise, for a reader on another port. With `"authentication": "iam"` there is no password to read.
 * Throws GatewayError `credentials-malformed` naming the field.
 */
export function parseSecret(secretId: string, json: string): SecretLogin {
  const secret = parseObject(secretId, json);
  const reader = text(secret, 'readerHost');
  const required = (...names: string[]): string =>
    names.map(name => text(secret, name)).find(value => value !== undefined) ??
    malformed(secretId, `the field ${names.join(' or ')} is missing`);
  return {
    host: reader ?? required('readerHost', 'host'),
    port: port(secretId, (reader && secret['readerPort']) ?? secret['port']),
    database: required('dbname', 'database'),
    user: required('username'),
    password: text(secret, 'authentication') === 'iam' ? null : required('password')
  };
}

function parseObject(secretId: string, json: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // JSON.parse quotes its input in the message, so that error must not travel on as a cause.
    return malformed(secretId, 'it is not JSON');
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : malformed(secretId, 'it is not a JSON object');
}

function text(secret: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = secret[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** RDS writes the port as a number, people write it as a string. */
function port(secretId: string, value: unknown): number {
  const number = Number(value ?? DEFAULT_PORT);
  return Number.isInteger(number) && number > 0 && number < 65_536
    ? number
    : malformed(secretId, 'the field port is not a port number');
}

function malformed(secretId: string, fault: string): never {
  throw new GatewayError('credentials-malformed', `The secret ${secretId} cannot be used: ${fault}.`, {
    subject: secretId,
    action:
      'Give it a JSON object with readerHost, port, dbname, username and password (or "authentication": "iam"), or name another secret in JUPYTERLAB_REPLICA_SECRET_ID.'
  });
}
