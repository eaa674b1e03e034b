import { openCredentials } from '../../../src/gateway/credentials/open';

const credentials = { host: '127.0.0.1', port: 5432, database: 'shop', user: 'reader', password: 'secret' };
const environment = { kind: 'environment', ...credentials } as const;

test('without a secret the environment gives the credentials', async () => {
  expect(await openCredentials(environment).read()).toEqual(credentials);
});

test('variables that are not set are named', async () => {
  const source = openCredentials({ ...environment, host: '', user: '' });
  await expect(source.read()).rejects.toMatchObject({
    code: 'credentials-missing',
    message: 'No database is configured: PGHOST, PGUSER not set.',
    body: { action: expect.stringContaining('JUPYTERLAB_REPLICA_SECRET_ID') }
  });
});

test('with a secret the credentials come from Secrets Manager', () => {
  expect(openCredentials({ kind: 'secrets-manager', secretId: 'mine' }).kind).toBe('secrets-manager');
});
