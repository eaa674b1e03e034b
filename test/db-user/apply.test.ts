import { Client } from 'pg';
import { readFileSync } from 'node:fs';
import { applyRole, removeRole } from '../../src/db-user/apply';
import { connectDirectly } from '../../src/db-user/direct';
import { readOptions, type Options } from '../../src/db-user/options';
import { permissionReport } from '../../src/db-user/report';
import { scramVerifier } from '../../src/db-user/scram';
import { adviceFor, type Operator, StatementFailed } from '../../src/db-user/statements';
import { startVersion, type VersionedServer } from '../support/server-versions';

const OPTIONS: Options = readOptions([
  ...['--database', 'postgres', '--schema', 'shop', '--schema', 'Odd "schema'],
  ...['--owner', 'app', '--owner', 'Etl "x']
]);

const SAMPLE = `
  CREATE ROLE app LOGIN;
  CREATE ROLE "Etl ""x";
  CREATE ROLE stranger;
  CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'operator';
  GRANT CREATE ON DATABASE postgres TO app, "Etl ""x";
  CREATE SCHEMA shop AUTHORIZATION app;
  CREATE SCHEMA "Odd ""schema" AUTHORIZATION "Etl ""x";
  GRANT ALL ON SCHEMA shop TO stranger;
  SET ROLE app;
  CREATE TABLE shop.orders (id serial PRIMARY KEY, total numeric);
  INSERT INTO shop.orders (total) VALUES (1), (2);
  SET ROLE "Etl ""x";
  CREATE TABLE "Odd ""schema"."a b" (x int);
  RESET ROLE`;

describe.each([15, 16, 17, 18] as const)('the database user on PostgreSQL %d', version => {
  let server: VersionedServer;
  let admin: Client;
  let operator: Operator;
  let reader: Client;
  const password = `pä-${version}`;

  async function login(user: string, secret: string): Promise<Client> {
    const { host, port, database } = server.credentials;
    const client = new Client({
      host,
      port,
      database,
      user,
      password: secret,
      ssl: { ca: readFileSync(server.caFile, 'utf8') }
    });
    await client.connect();
    return client;
  }

  beforeAll(async () => {
    server = await startVersion(version);
    admin = await server.connect();
    await admin.query(SAMPLE);
    operator = await connectDirectly({
      ...server.credentials,
      tls: { ca: readFileSync(server.caFile, 'utf8') }
    });
    await applyRole(operator, OPTIONS, scramVerifier(password, Buffer.alloc(16, version)));
    reader = await login('sagemaker_readonly', password);
  });
  afterAll(async () => {
    await Promise.all([reader.end(), operator.close(), admin.end()]);
    await server.stop();
  });

  it('reads what is there', async () => {
    expect((await reader.query('SELECT count(*)::int AS n FROM shop.orders')).rows).toEqual([{ n: 2 }]);
    expect((await reader.query('SELECT * FROM "Odd ""schema"."a b"')).rows).toEqual([]);
  });

  it.each([
    ['app', 'shop.later'],
    ['"Etl ""x"', '"Odd ""schema".later']
  ])('reads what %s creates later, sequences too', async (owner, table) => {
    await admin.query(`SET ROLE ${owner}; CREATE TABLE ${table} (id serial); RESET ROLE`);
    expect((await reader.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
    expect((await reader.query(`SELECT last_value::int FROM ${table}_id_seq`)).rows).toEqual([
      { last_value: 1 }
    ]);
  });

  it.each([
    'INSERT INTO shop.orders (total) VALUES (3)',
    'UPDATE shop.orders SET total = 0',
    'DELETE FROM shop.orders',
    'TRUNCATE shop.orders',
    'CREATE TABLE shop.mine (x int)',
    'DROP TABLE shop.orders'
  ])('may not %s, even in a session that is not read-only', async sql => {
    await reader.query('SET default_transaction_read_only = off');
    await expect(reader.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('has its settings and its limit', async () => {
    const fresh = await login('sagemaker_readonly', password);
    const { rows } = await fresh.query(
      "SELECT current_setting('default_transaction_read_only') AS read_only, current_setting('statement_timeout') AS time"
    );
    expect(rows).toEqual([{ read_only: 'on', time: '1h' }]);
    await fresh.end();
  });

  it('is the same after the command has run again', async () => {
    const state = async () =>
      (
        await admin.query(
          'SELECT (SELECT array_agg(relacl::text ORDER BY oid) FROM pg_class) AS tables, (SELECT array_agg(defaclacl::text ORDER BY oid) FROM pg_default_acl) AS later, (SELECT rolpassword FROM pg_authid WHERE rolname = $1) AS secret',
          ['sagemaker_readonly']
        )
      ).rows;
    const before = await state();
    await applyRole(operator, OPTIONS, null);
    expect(await state()).toEqual(before);
  });

  it('is reported as it is', async () => {
    const report = () => permissionReport(operator, OPTIONS.role, OPTIONS.schemas);
    expect((await report()).filter(line => line.startsWith('!'))).toEqual([]);
    expect(await report()).toContain('reads 2 of 2 tables and views in shop');
    await admin.query(
      'GRANT INSERT ON shop.orders TO sagemaker_readonly; SET ROLE stranger; CREATE TABLE shop.hidden (x int); RESET ROLE'
    );
    expect((await report()).filter(line => line.startsWith('!'))).toEqual([
      '! cannot read shop.hidden',
      '! may write shop.orders',
      '! cannot read what stranger creates later in shop'
    ]);
    await admin.query('REVOKE INSERT ON shop.orders FROM sagemaker_readonly; DROP TABLE shop.hidden');
  });

  it('names the right that an operator lacks, and changes nothing', async () => {
    const weak = await connectDirectly({
      ...server.credentials,
      user: 'operator',
      password: 'operator',
      tls: { ca: readFileSync(server.caFile, 'utf8') }
    });
    const failure = await applyRole(weak, { ...OPTIONS, role: 'other_reader' }, null).catch(error => error);
    await weak.close();
    expect(failure).toBeInstanceOf(StatementFailed);
    expect(adviceFor(failure, 'operator')).toContain('Run this as a role that may grant');
    const { rows } = await admin.query("SELECT FROM pg_roles WHERE rolname = 'other_reader'");
    expect(rows).toEqual([]);
  });

  it('finds the owners itself when none is named', async () => {
    await applyRole(operator, { ...OPTIONS, role: 'second_reader', owners: [] }, null);
    const report = await permissionReport(operator, 'second_reader', OPTIONS.schemas);
    expect(report.filter(line => line.startsWith('!'))).toEqual([]);
  });

  it('goes without a trace', async () => {
    expect(await removeRole(operator, 'second_reader')).toEqual(['The role second_reader is gone.']);
    expect(await removeRole(operator, 'second_reader')).toEqual(['There is no role second_reader.']);
    const { rows } = await admin.query('SELECT defaclacl::text AS later FROM pg_default_acl');
    expect(rows.filter(({ later }) => later.includes('second_reader'))).toEqual([]);
  });
});

it('never shows the verifier of a password', () => {
  const failure = new StatementFailed(
    `ALTER ROLE r PASSWORD '${scramVerifier('x', Buffer.alloc(16))}'`,
    'refused',
    null
  );
  expect(failure.message).not.toContain('SCRAM');
});
