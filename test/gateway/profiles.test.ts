import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseConnection, parseProfiles } from '../../src/contract/connection';
import { parseErrorReply } from '../../src/contract/errors';
import { parseQueryStatus } from '../../src/contract/query';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';

const origin = { kind: 'script', label: 'test' };

let directory: string;
let gateway: GatewayProcess;
beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'profiles-'));
  const { standby, primary, database, reader, owner, aws } = testStack();
  const file = path.join(directory, 'profiles.json');
  const profiles = [
    { name: 'dev', secretId: aws.secretId },
    { name: 'prod', production: true, ...standby, database, user: reader.user, passwordVariable: 'READER' },
    { name: 'writer', ...primary, database, user: owner.user, passwordVariable: 'OWNER' },
    { name: 'lost', ...standby, database: 'no such database', user: reader.user, passwordVariable: 'READER' }
  ];
  writeFileSync(file, JSON.stringify({ profiles }));
  gateway = await GatewayProcess.start({
    JUPYTERLAB_REPLICA_PROFILES: file,
    READER: reader.password,
    OWNER: owner.password
  });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true });
});

async function run(sql: string, profile: string | null) {
  const started = parseQueryStatus(
    (await gateway.send('POST', 'v1/queries', { sql, origin, profile })).json()
  );
  const events = await gateway.send('GET', `v1/queries/${started.queryId}/events`);
  const last = events.body.toString().trim().split('data: ').at(-1) ?? '';
  return parseQueryStatus(JSON.parse(last));
}

test('the profiles are listed in their order, and production is marked', async () => {
  expect(parseProfiles((await gateway.send('GET', 'v1/profiles')).json()).profiles).toEqual([
    { name: 'dev', production: false },
    { name: 'prod', production: true },
    { name: 'writer', production: false },
    { name: 'lost', production: false }
  ]);
});

test.each([
  ['prod', { profile: 'prod', production: true, inRecovery: true, credentials: 'environment' }],
  ['writer', { profile: 'writer', production: false, inRecovery: false }],
  [null, { profile: 'dev', credentials: 'secrets-manager' }]
])('the connection of %s is its own', async (profile, expected) => {
  const route = profile ? `v1/connection?profile=${profile}` : 'v1/connection';
  expect(parseConnection((await gateway.send('GET', route)).json())).toMatchObject(expected);
});

test('a query runs on the replica that it names, and says so', async () => {
  const recovering = 'SELECT 1 / (CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END)';
  expect(await run(recovering, 'prod')).toMatchObject({ profile: 'prod', state: 'done' });
  expect(await run(recovering, 'writer')).toMatchObject({
    profile: 'writer',
    error: { message: 'division by zero' }
  });
  expect(await run('SELECT 1', null)).toMatchObject({ profile: 'dev', state: 'done' });
});

test('a profile that cannot be reached leaves the others alone', async () => {
  expect(await run('SELECT 1', 'lost')).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('no such database') as string }
  });
  expect(await run('SELECT 1', 'prod')).toMatchObject({ state: 'done' });
});

test.each([
  ['GET', 'v1/connection?profile=pord', undefined],
  ['GET', 'v1/catalog?profile=pord', undefined],
  ['POST', 'v1/queries', { sql: 'SELECT 1', origin, profile: 'pord' }]
])('%s %s names the profiles there are', async (method, route, body) => {
  const reply = await gateway.send(method, route, body);
  expect(reply.status).toBe(404);
  expect(parseErrorReply(reply.json()).error).toMatchObject({
    code: 'not-found',
    subject: 'pord',
    action: 'Choose one of dev, prod, writer, lost.'
  });
});
