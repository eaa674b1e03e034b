import type { Client } from 'pg';
import type { Session } from '../../../src/gateway/postgres/session';
import { scannedTable } from '../../../src/gateway/parallel/table';
import { Engine, type EngineOptions } from '../../support/engine';
import { startVersion, type VersionedServer } from '../../support/server-versions';
import { BULK_ROWS, bulkTable } from './bulk-table';

const TWO = { connections: 2, inOrder: false, required: false };
const LOGIN = { user: 'plain_reader', password: 'of-a-test-server' };

/** A server of its own, since some of these tests take rights away. */
async function prepare(version: 13 | 18): Promise<{ server: VersionedServer; client: Client }> {
  const server = await startVersion(version);
  const client = await server.connect();
  await client.query(`CREATE ROLE ${LOGIN.user} LOGIN PASSWORD '${LOGIN.password}'`);
  await client.query(bulkTable('bulk'));
  return { server, client };
}

function open({ credentials, caFile }: VersionedServer, options: EngineOptions = {}): Promise<Engine> {
  return Engine.open({ credentials: { ...credentials, ...LOGIN }, caFile, ...options });
}

describe('several connections do not share', () => {
  let server: VersionedServer;
  let client: Client;
  let engine: Engine;
  beforeAll(async () => {
    ({ server, client } = await prepare(18));
    await client.query(`
      CREATE VIEW seen AS TABLE bulk;
      CREATE TABLE parts (LIKE bulk) PARTITION BY RANGE (id);
      CREATE TABLE part_1 PARTITION OF parts DEFAULT;
      CREATE TABLE parent AS TABLE bulk;
      CREATE TABLE child () INHERITS (parent);
      CREATE TABLE few AS SELECT 1 AS id;
      CREATE TABLE secured AS TABLE bulk;
      ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
      CREATE TABLE half_open AS TABLE bulk;
      CREATE POLICY odd ON secured USING (id % 2 = 1);
      CREATE ACCESS METHOD heap_of_another_name TYPE TABLE HANDLER heap_tableam_handler;
      CREATE TABLE elsewhere USING heap_of_another_name AS TABLE bulk;
      CREATE FOREIGN DATA WRAPPER nothing;
      CREATE SERVER far FOREIGN DATA WRAPPER nothing;
      CREATE FOREIGN TABLE foreign_bulk (id int) SERVER far;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${LOGIN.user};
      REVOKE SELECT ON half_open FROM ${LOGIN.user};
      GRANT SELECT (id) ON half_open TO ${LOGIN.user}`);
    engine = await open(server);
  });
  afterAll(async () => {
    await engine.close();
    await client.end();
    await server.stop();
  });

  it.each([
    ['a statement with a condition', 'SELECT * FROM bulk WHERE id > 0', BULK_ROWS, 'statement'],
    ['an expression that looks like a column', 'SELECT id, current_user FROM bulk', BULK_ROWS, 'statement'],
    ['a function that looks like a table', 'SELECT * FROM current_date', 1, 'statement'],
    ['a view', 'SELECT * FROM seen', BULK_ROWS, 'view'],
    ['a partitioned table', 'TABLE parts', 0, 'partitioned'],
    ['a table that others inherit from', 'TABLE parent', BULK_ROWS, 'inherited'],
    ['a small table', 'TABLE few', 1, 'small'],
    ['a table with row security', 'TABLE secured', BULK_ROWS / 2, 'row-security'],
    ['a table of which some columns may be read', 'SELECT id FROM half_open', BULK_ROWS, 'column-grants'],
    ['a table that is no heap', 'TABLE elsewhere', BULK_ROWS, 'access-method']
  ])('%s, which one connection reads alone', async (_, sql, rows, refusal) => {
    const status = await engine.run(sql, { parallel: TWO });
    expect(status).toMatchObject({ state: 'done', rows, parallel: { connections: 1, refusal } });
    const required = await engine.run(sql, { parallel: { ...TWO, required: true } });
    expect(required.error).toMatchObject({ code: 'bad-request', subject: refusal });
  });

  it('a foreign table', async () => {
    const { error } = await engine.run('TABLE foreign_bulk', { parallel: { ...TWO, required: true } });
    expect(error).toMatchObject({ code: 'bad-request', subject: 'foreign-table' });
  });

  it('a result with a row limit', async () => {
    const status = await engine.run('TABLE bulk', { rowLimit: 10, parallel: TWO });
    expect(status).toMatchObject({ rows: 10, parallel: { connections: 1, refusal: 'row-limit' } });
  });

  it('anything where the configuration forbids it', async () => {
    const strict = await open(server, { parallel: { connections: 1, thresholdBytes: 0 } });
    const status = await strict.run('TABLE bulk', { parallel: TWO });
    expect(status).toMatchObject({
      rows: BULK_ROWS,
      parallel: { connections: 1, refusal: 'switched-off' }
    });
    await strict.close();
  });

  it('a table while no second connection is free, and nobody waits for one', async () => {
    const single = await open(server, { poolSize: 1 });
    const status = await single.run('TABLE bulk', { parallel: TWO });
    expect(status).toMatchObject({ rows: BULK_ROWS, parallel: { connections: 1, refusal: 'busy' } });
    await single.close();
  });

  it('a result that is too large to be stored', async () => {
    const tight = await open(server, { spoolBudgetBytes: 2 ** 20 });
    const request = { readOnce: true, parallel: { ...TWO, required: true } };
    const { error } = await tight.run('TABLE bulk', request);
    expect(error).toMatchObject({ code: 'bad-request', subject: 'too-large' });
    await tight.close();
  });

  it('a temporary table', async () => {
    await client.query('CREATE TEMPORARY TABLE passing AS TABLE bulk');
    const found = await client.query<{ oid: number }>("SELECT 'passing'::regclass::oid::int AS oid");
    const column = { name: 'id', oid: 23, typmod: -1, attributeNumber: 1, tableOid: found.rows[0]!.oid };
    expect(await scannedTable(sessionOf(client), [column], 0)).toBe('temporary');
  });

  it('a snapshot that the server does not let them share', async () => {
    await client.query('REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC');
    const status = await engine.run('TABLE bulk', { parallel: TWO });
    expect(status).toMatchObject({
      state: 'done',
      rows: BULK_ROWS,
      parallel: { connections: 1, refusal: 'snapshot' }
    });
    await client.query('GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC');
    expect(await engine.run('TABLE bulk', { parallel: TWO })).toMatchObject({
      rows: BULK_ROWS,
      parallel: { connections: 2, refusal: null }
    });
  });
});

it('a server before PostgreSQL 14 is read over one connection', async () => {
  const { server, client } = await prepare(13);
  await client.query(`GRANT SELECT ON bulk TO ${LOGIN.user}`);
  const engine = await open(server);
  const status = await engine.run('TABLE bulk', { parallel: TWO });
  expect(status).toMatchObject({
    rows: BULK_ROWS,
    parallel: { connections: 1, refusal: 'server-version' }
  });
  await engine.close();
  await client.end();
  await server.stop();
});

/** The catalog query of a session over a plain connection. */
function sessionOf(client: Client): Pick<Session, 'rows'> {
  const types = { getTypeParser: () => (value: string) => value };
  return {
    rows: async (text, values = []) =>
      (await client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array', types })).rows
  };
}
