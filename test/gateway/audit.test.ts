import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Audit, type AuditOptions } from '../../src/gateway/audit';
import type { QueryRequest } from '../../src/contract/query';
import { Engine, standbyCredentials } from '../support/engine';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';

let engine: Engine;
let directory: string;
let logged: string[];
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'audit-'));
  logged = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(options: Partial<AuditOptions> = {}): { audit: Audit; file: string } {
  const file = path.join(directory, 'kept', 'audit.jsonl');
  const all = { file, user: 'ada', withSql: false, rotateBytes: 2 ** 20, ...options };
  return { audit: new Audit(all, Date.now, line => logged.push(line), null), file: all.file };
}

async function run(audit: Audit, sql: string, request: Partial<QueryRequest> = {}): Promise<string> {
  const result = engine.start(sql, request);
  audit.follow(result);
  await result.until();
  await audit.close();
  return result.id;
}

const lines = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);

describe('the audit file', () => {
  it('has a line a statement: who, from where, what, how much, how long and how it ended', async () => {
    const { audit, file } = open();
    const sql = 'SELECT $1::text AS secret FROM generate_series(1, 3)';
    const origin = { kind: 'kernel' as const, label: 'orders.ipynb' };
    const queryId = await run(audit, sql, { params: ['hidden-value'], origin });
    expect(lines(file)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        user: 'ada',
        origin,
        profile: null,
        databaseUser: standbyCredentials().user,
        queryId,
        sha256: createHash('sha256').update(sql).digest('hex'),
        rows: 3,
        bytes: expect.any(Number),
        durationMs: expect.any(Number),
        outcome: 'done',
        code: null
      }
    ]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/hidden-value|generate_series/);
  });

  it('is kept by the gateway, exports too, in the place that is configured', async () => {
    const file = path.join(directory, 'gateway.jsonl');
    const gateway = await GatewayProcess.start({
      JUPYTERLAB_REPLICA_AUDIT_FILE: file,
      JUPYTERHUB_USER: 'ada'
    });
    const origin = { kind: 'panel', label: 'orders' };
    await gateway.send('POST', 'v1/queries', { sql: 'SELECT 1', origin });
    const { bucket } = testStack().aws;
    await gateway.send('POST', 'v1/exports', {
      sql: 'SELECT 2',
      origin: { kind: 'export', label: 'orders' },
      ...{ bucket, key: 'audit/two.parquet' }
    });
    while (!existsSync(file) || lines(file).length < 2) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    await gateway.stop();
    expect(lines(file)).toMatchObject([
      { user: 'ada', origin, profile: 'default', outcome: 'done', rows: 1 },
      { user: 'ada', origin: { kind: 'export' }, outcome: 'done', rows: 1 }
    ]);
  });

  it('tells done, cut, stopped and failed statements apart', async () => {
    const { audit, file } = open();
    await run(audit, 'SELECT generate_series(1, 100)', { rowLimit: 10 });
    await run(audit, 'SELECT * FROM nowhere');
    const sleeping = engine.start('SELECT pg_sleep(60)');
    audit.follow(sleeping);
    sleeping.cancel();
    await sleeping.until();
    await audit.close();
    expect(lines(file)).toMatchObject([
      { outcome: 'truncated', rows: 10, code: null },
      { outcome: 'failed', code: 'query-failed' },
      { outcome: 'cancelled', code: 'cancelled' }
    ]);
  });

  it('holds the statement only where that is switched on', async () => {
    const { audit, file } = open({ withSql: true });
    await run(audit, 'SELECT 42');
    expect(lines(file)).toMatchObject([{ sql: 'SELECT 42' }]);
  });

  it('can be read by its owner alone', async () => {
    const { audit, file } = open();
    await run(audit, 'SELECT 1');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('makes room by size and keeps the newest', async () => {
    const { audit, file } = open({ rotateBytes: 1 });
    const ids: string[] = [];
    for (let number = 0; number < 8; number++) {
      ids.push(await run(audit, `SELECT ${number}`));
    }
    expect(lines(file)).toMatchObject([{ queryId: ids[7] }]);
    expect(lines(`${file}.1`)).toMatchObject([{ queryId: ids[6] }]);
    expect(lines(`${file}.5`)).toMatchObject([{ queryId: ids[2] }]);
    expect(existsSync(`${file}.6`)).toBe(false);
  });

  it('that cannot be written loses no query and is reported once', async () => {
    const blocked = path.join(directory, 'a-file');
    writeFileSync(blocked, '');
    const { audit } = open({ file: path.join(blocked, 'audit.jsonl') });
    const result = engine.start('SELECT 1');
    audit.follow(result);
    await result.until();
    await run(audit, 'SELECT 2');
    expect(result.status()).toMatchObject({ state: 'done', rows: 1 });
    expect(logged).toEqual([expect.stringContaining('audit lines are being lost')]);
  });
});
