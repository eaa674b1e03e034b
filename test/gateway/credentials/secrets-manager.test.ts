import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient
} from '@aws-sdk/client-secrets-manager';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EMULATOR_KEYS, REGION, startAwsEmulator, type AwsEmulator } from '../../../demo/aws-emulator';
import { SecretsManagerCredentials } from '../../../src/gateway/credentials/secrets-manager';
import { answering } from '../../support/aws-answer';

const PASSWORD = 'never-shown-7Yq';
const secret = {
  engine: 'postgres',
  host: 'writer.example',
  readerHost: 'reader.example',
  port: 5432,
  dbname: 'shop',
  username: 'sagemaker_readonly',
  password: PASSWORD
};
const credentials = {
  accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
  secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
};
const stateDir = mkdtempSync(path.join(tmpdir(), 'secrets-'));
let emulator: AwsEmulator;
let client: SecretsManagerClient;

beforeAll(async () => {
  emulator = await startAwsEmulator({ stateDir, pythonEnvironment: path.resolve('.venv') });
  client = connect(emulator.endpoint);
}, 60_000);

afterAll(async () => {
  client.destroy();
  await emulator.stop();
  rmSync(stateDir, { recursive: true });
});

function connect(endpoint: string): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
}

async function store(name: string, value: unknown): Promise<SecretsManagerCredentials> {
  const SecretString = typeof value === 'string' ? value : JSON.stringify(value);
  await client.send(new CreateSecretCommand({ Name: name, SecretString }));
  return new SecretsManagerCredentials(client, name);
}

test('a secret without a password gives a fresh IAM token for its host and user', async () => {
  const login = { ...secret, password: undefined };
  const source = await store('iam', { ...login, authentication: 'iam' });
  const { password: token, host } = await source.read();
  const url = new URL(`https://${token}`);
  expect(host).toBe('reader.example');
  expect([url.hostname, url.port]).toEqual(['reader.example', '5432']);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'connect',
    DBUser: 'sagemaker_readonly',
    'X-Amz-Expires': '900'
  });
  expect(url.searchParams.get('X-Amz-Credential')).toContain(`/${REGION}/rds-db/aws4_request`);
});

test('a secret that names neither a password nor IAM is refused', async () => {
  const login = { ...secret, password: undefined };
  const source = await store('neither', login);
  await expect(source.read()).rejects.toMatchObject({ code: 'credentials-malformed' });
});

test('the replica is preferred to the writer that the secret also names', async () => {
  const source = await store('both-hosts', secret);
  expect(await source.read()).toEqual({
    host: 'reader.example',
    port: 5432,
    database: 'shop',
    user: 'sagemaker_readonly',
    password: PASSWORD
  });
});

test('a replica on a port of its own is reached there', async () => {
  const source = await store('reader-port', { ...secret, readerPort: 6432 });
  expect(await source.read()).toMatchObject({ host: 'reader.example', port: 6432 });
});

test("a secret without a replica's host uses its host, database and a port written as text", async () => {
  const source = await store('one-host', {
    ...secret,
    readerHost: undefined,
    dbname: undefined,
    database: 'shop',
    port: '5433'
  });
  expect(await source.read()).toMatchObject({ host: 'writer.example', port: 5433, database: 'shop' });
});

test('a rotated password is seen by the next read', async () => {
  const source = await store('rotated', secret);
  await source.read();
  const SecretString = JSON.stringify({ ...secret, password: 'after-rotation' });
  await client.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString }));
  expect(await source.read()).toMatchObject({ password: 'after-rotation' });
});

test.each([
  ['no-password', { ...secret, password: undefined }, 'the field password is missing'],
  ['no-database', { ...secret, dbname: '' }, 'the field dbname or database is missing'],
  [
    'no-host',
    { ...secret, host: undefined, readerHost: undefined },
    'the field readerHost or host is missing'
  ],
  ['bad-port', { ...secret, port: 'none' }, 'the field port is not a port number'],
  ['a-list', [PASSWORD], 'it is not a JSON object'],
  ['plain-text', `plain ${PASSWORD}`, 'it is not JSON']
])('the secret %s is refused with the reason and without its content', async (name, value, reason) => {
  const source = await store(name, value);
  const error: unknown = await source.read().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'credentials-malformed',
    message: `The secret ${name} cannot be used: ${reason}.`
  });
  expect(error).toMatchObject({ cause: undefined });
  expect(JSON.stringify(error)).not.toContain(PASSWORD);
});

test('a secret that does not exist is named with its region', async () => {
  await expect(new SecretsManagerCredentials(client, 'nowhere').read()).rejects.toMatchObject({
    code: 'credentials-missing',
    message: 'The secret nowhere does not exist in eu-west-2.',
    body: { subject: 'nowhere', action: expect.stringContaining('create the secret') }
  });
});

test.each([
  [
    'AccessDeniedException',
    'not authorized to perform: secretsmanager:GetSecretValue',
    'secretsmanager:GetSecretValue'
  ],
  ['AccessDeniedException', 'Access to KMS is not allowed', 'kms:Decrypt'],
  ['DecryptionFailure', "can't decrypt the protected secret text", 'kms:Decrypt'],
  ['ExpiredTokenException', 'The security token included in the request is expired', 'Sign in to AWS again']
])('%s says what to ask for: %s', async (type, message, action) => {
  const aws = await answering(400, JSON.stringify({ __type: type, message }), {
    'content-type': 'application/x-amz-json-1.1'
  });
  const denied = connect(aws.endpoint);
  try {
    await expect(new SecretsManagerCredentials(denied, 'mine').read()).rejects.toMatchObject({
      code: 'credentials-denied',
      message: expect.stringContaining('the secret mine'),
      body: { action: expect.stringContaining(action), detail: message }
    });
  } finally {
    denied.destroy();
    await aws.close();
  }
});

test('a machine without an AWS identity is told so', async () => {
  const anonymous = new SecretsManagerClient({
    endpoint: emulator.endpoint,
    region: REGION,
    credentials: async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError'
      });
    }
  });
  await expect(new SecretsManagerCredentials(anonymous, 'mine').read()).rejects.toMatchObject({
    code: 'credentials-denied',
    message: expect.stringContaining('no AWS identity')
  });
  anonymous.destroy();
});

test('Secrets Manager out of reach is told from a missing secret', async () => {
  const gone = await answering(200, '');
  await gone.close();
  const unreachable = connect(gone.endpoint);
  await expect(new SecretsManagerCredentials(unreachable, 'mine').read()).rejects.toMatchObject({
    code: 'secrets-unreachable',
    body: { subject: 'mine', action: expect.stringContaining('interface endpoint') }
  });
  unreachable.destroy();
});
