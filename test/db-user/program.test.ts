import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { Client } from 'pg';
import { environmentFor } from '../../demo/stack';
import { startVersion, type VersionedServer } from '../support/server-versions';
import { testStack } from '../support/stack';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const program = spawn(process.execPath, ['--import', 'tsx', 'src/db-user/main.ts', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const ended = new Promise<number | null>(resolve => program.once('close', resolve));
  const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)]);
  return { code: await ended, output, errors };
}

describe('on a server', () => {
  let server: VersionedServer;
  let admin: Client;
  let operator: NodeJS.ProcessEnv;
  beforeAll(async () => {
    server = await startVersion(18);
    admin = await server.connect();
    await admin.query('CREATE ROLE app; CREATE TABLE things (x int); ALTER TABLE things OWNER TO app');
    const { host, port, user, password } = server.credentials;
    operator = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGSSLROOTCERT: server.caFile
    };
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  it('makes the user of a secret, with its password, and reports what it may do', async () => {
    const stack = testStack();
    const aws = environmentFor(stack);
    const { code, output, errors } = await run(
      ['--database', 'postgres', '--password-from-secret', stack.aws.secretId],
      { ...aws, ...operator }
    );
    expect({ code, errors: errors.includes('rror') }).toEqual({ code: 0, errors: false });
    expect(output).toContain('reads 1 of 1 tables and views in public');
    const { host, port, database } = server.credentials;
    const reader = new Client({
      host,
      port,
      database,
      ...stack.reader,
      ssl: { ca: readFileSync(server.caFile, 'utf8') }
    });
    await reader.connect();
    expect((await reader.query('SELECT * FROM things')).rows).toEqual([]);
    await reader.end();
    expect(output + errors).not.toContain(stack.reader.password);
  });

  it('says which right is missing for IAM sign-in, and changes nothing', async () => {
    const { code, errors } = await run(['--database', 'postgres', '--role', 'iam_reader', '--iam'], operator);
    expect(code).toBe(1);
    expect(errors).toContain('role "rds_iam" does not exist');
    const { rows } = await admin.query("SELECT FROM pg_roles WHERE rolname = 'iam_reader'");
    expect(rows).toEqual([]);
  });

  it('takes the user away again', async () => {
    await run(['--database', 'postgres', '--role', 'short_lived'], operator);
    const { output } = await run(['--database', 'postgres', '--role', 'short_lived', '--remove'], operator);
    expect(output).toBe('The role short_lived is gone.\n');
  });
});

describe('without a server', () => {
  it('prints the SQL', async () => {
    const { code, output } = await run(['--print', '--database', 'app', '--owner', 'app_owner']);
    expect(code).toBe(0);
    expect(output).toContain('ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public');
  });

  it('lists all wrong options at once', async () => {
    const { code, errors } = await run(['--print', '--report', '--via', 'ssh', '--connections', 'many']);
    expect(code).toBe(2);
    expect(errors.split('\n').filter(line => line.startsWith('--') || line.startsWith('Give'))).toHaveLength(
      5
    );
  });
});

/** Answers as the RDS Data API does, from its reference; AWS itself is not here. */
describe('through the RDS Data API (a stand-in that answers as its reference says)', () => {
  const asked: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    void json(request).then(body => {
      asked.push({ path: request.url ?? '', body: body as Record<string, unknown> });
      const sql = String((body as Record<string, unknown>)['sql'] ?? '');
      const refused = sql.includes('FOR ROLE forbidden');
      response.writeHead(refused ? 400 : 200, {
        'content-type': 'application/json',
        ...(refused ? { 'x-amzn-errortype': 'DatabaseErrorException' } : {})
      });
      response.end(JSON.stringify(answer(request.url ?? '', sql, refused)));
    });
  });
  const answer = (path: string, sql: string, refused: boolean): unknown => {
    if (refused) {
      return { message: 'ERROR: permission denied to change default privileges; SQLState: 42501' };
    }
    if (path === '/BeginTransaction') {
      return { transactionId: 'tx-1' };
    }
    if (sql.includes('current_user')) {
      return { records: [[{ stringValue: 'master' }]] };
    }
    return sql.includes('rolcanlogin')
      ? { records: [[{ booleanValue: true }, { stringValue: '20' }, { stringValue: '' }, { isNull: true }]] }
      : { records: [] };
  };
  const options = [
    '--database',
    'app',
    '--via',
    'data-api',
    '--cluster-arn',
    'arn:c',
    '--operator-secret',
    'arn:s'
  ];
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-2',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test'
    };
  });
  beforeEach(() => asked.splice(0));
  afterAll(() => new Promise(resolve => server.close(resolve)));

  it('runs all statements in one transaction', async () => {
    const { code, output } = await run([...options, '--owner', 'app_owner'], env);
    expect(code).toBe(0);
    expect(output).toContain('sagemaker_readonly can log in, 20 connections at most');
    const inside = asked.filter(({ body }) => body['transactionId'] === 'tx-1');
    expect(inside.at(-1)?.path).toBe('/CommitTransaction');
    expect(inside.slice(0, -1).every(({ path }) => path === '/Execute')).toBe(true);
    expect(inside.map(({ body }) => String(body['sql']))).toContain(
      'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO sagemaker_readonly'
    );
    expect(asked.every(({ body }) => body['resourceArn'] === 'arn:c' && body['secretArn'] === 'arn:s')).toBe(
      true
    );
  });

  it('rolls back and says what to do when one is refused', async () => {
    const { code, errors } = await run([...options, '--owner', 'forbidden'], env);
    expect(code).toBe(1);
    expect(errors).toContain(
      'Only members of forbidden may change what it grants: GRANT forbidden TO master'
    );
    expect(asked.at(-1)?.path).toBe('/RollbackTransaction');
  });
});
