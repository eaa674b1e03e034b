import { connect } from '../../../demo/postgres-server';
import { readColumns, readCatalog } from '../../../src/gateway/catalog/introspect';
import { readDetails } from '../../../src/gateway/catalog/details';
import { readProfiles } from '../../../src/gateway/catalog/column-profile';
import { toErrorBody } from '../../../src/gateway/gateway-error';
import type { Session } from '../../../src/gateway/postgres/session';
import { quoteIdentifier } from '../../../src/sql/quote';
import { Engine, primaryCredentials } from '../../support/engine';
import { replayed } from '../parallel/bulk-table';
import { testStack } from '../../support/stack';
import { ODD, PLAIN, withSchema } from './shelf';

const SCHEMA = `shelf ${ODD}`;
let engine: Engine;
let made: Awaited<ReturnType<typeof withSchema>>;

beforeAll(async () => {
  made = await withSchema(SCHEMA, (schema, reader) => {
    const odd = `${schema}.${quoteIdentifier(ODD)}`;
    return [
      `CREATE TABLE ${odd} (${quoteIdentifier(ODD)} int PRIMARY KEY, "constructor" text, "__proto__" text, "hasOwnProperty" int)`,
      `INSERT INTO ${odd} SELECT g, 'v' || g % 3, NULL, g FROM generate_series(1, 1000) g`,
      `ANALYZE ${odd}`,
      `CREATE TABLE ${schema}.nothing ()`,
      `CREATE TABLE ${schema}.secret (id int, pin int)`,
      `CREATE TABLE ${schema}."constructor" (id int REFERENCES ${odd})`,
      `CREATE SEQUENCE ${schema}.numbers`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
      `GRANT SELECT ON ${odd}, ${schema}.nothing, ${schema}."constructor", ${schema}.numbers TO ${reader}`,
      `REVOKE ALL ON ${schema}.secret FROM ${reader}`,
      `GRANT SELECT (id) ON ${schema}.secret TO ${reader}`
    ];
  });
  engine = await Engine.open();
});
afterAll(async () => {
  await engine.close();
  await made.drop();
});

async function reading<T>(read: (session: Session) => Promise<T>, from = engine): Promise<T> {
  const session = await from.pool.acquire(new AbortController().signal);
  try {
    await session.begin('test');
    return await read(session);
  } finally {
    await session.end();
    from.pool.release(session);
  }
}

const shelfOf = async (scope = PLAIN) => {
  const { schemas } = await reading(session => readCatalog(session, scope, Date.now));
  return schemas.find(({ name }) => name === SCHEMA);
};

describe('a name with quotes, spaces, line breaks and right-to-left text', () => {
  it('is told as it is', async () => {
    expect((await shelfOf())?.relations.map(({ name }) => name)).toEqual([
      'constructor',
      'nothing',
      ODD,
      'secret'
    ]);
  });

  it('can be opened, be it of schema, table or column', async () => {
    const columns = await reading(session => readColumns(session, SCHEMA, ODD));
    expect(columns.map(({ name }) => name)).toEqual([ODD, 'constructor', '__proto__', 'hasOwnProperty']);
    expect(columns[0]).toMatchObject({ primaryKey: true, nullable: false });
    const details = await reading(session => readDetails(session, SCHEMA, ODD));
    expect(details.keys).toEqual([
      {
        name: expect.any(String),
        kind: 'primary',
        columns: [ODD],
        definition: expect.stringContaining('""hi""')
      }
    ]);
    expect(details.referencedBy).toMatchObject([
      { columns: [ODD], other: { schema: SCHEMA, relation: 'constructor' }, otherColumns: ['id'] }
    ]);
  });

  it('leads on by a foreign key', async () => {
    const [column] = await reading(session => readColumns(session, SCHEMA, 'constructor'));
    expect(column?.references).toEqual({ schema: SCHEMA, relation: ODD, column: ODD });
  });

  it('has a profile of its columns', async () => {
    const profiles = await reading(session => readProfiles(session, SCHEMA, ODD));
    const of = new Map(profiles.map(profile => [profile.column, profile]));
    expect(of.get('__proto__')?.nullFraction).toBe(1);
    expect(
      of
        .get('constructor')
        ?.mostCommon.map(({ value }) => value)
        .sort()
    ).toEqual(['v0', 'v1', 'v2']);
    expect(of.get(ODD)).toMatchObject({ distinct: 1000, lowest: '1', highest: '1000' });
    expect(of.get('hasOwnProperty')?.histogram).toHaveLength(12);
  });
});

it('a table without columns is told to have none', async () => {
  expect(await reading(session => readColumns(session, SCHEMA, 'nothing'))).toEqual([]);
  expect(await reading(session => readProfiles(session, SCHEMA, 'nothing'))).toEqual([]);
});

it('a relation that was dropped after it was listed is told to be gone, with what to do', async () => {
  await made.owner.query(`CREATE TABLE ${quoteIdentifier(SCHEMA)}.brief (id int)`);
  await replayed(made.owner);
  expect((await shelfOf())?.relations.map(({ name }) => name)).toContain('brief');
  await made.owner.query(`DROP TABLE ${quoteIdentifier(SCHEMA)}.brief`);
  await replayed(made.owner);
  for (const read of [readColumns, readDetails]) {
    const error = await reading<unknown>(session => read(session, SCHEMA, 'brief')).catch(toErrorBody);
    expect(error).toMatchObject({ code: 'not-found', action: expect.stringContaining('Refresh') });
  }
  expect((await shelfOf())?.relations.map(({ name }) => name)).not.toContain('brief');
});

it('what may be read of a table is told where it may not be read as a whole', async () => {
  const details = await reading(session => readDetails(session, SCHEMA, 'secret'));
  expect(details).toMatchObject({ grants: [], readableColumns: ['id'] });
  expect((await reading(session => readDetails(session, SCHEMA, ODD))).grants).toEqual(['SELECT']);
});

it('sequences and schemas of the system are told when they are asked for', async () => {
  expect((await shelfOf())?.relations.map(({ kind }) => kind)).not.toContain('sequence');
  const withSequences = await shelfOf({ ...PLAIN, sequences: true });
  expect(withSequences?.relations.find(({ kind }) => kind === 'sequence')?.name).toBe('numbers');
  const all = await reading(session => readCatalog(session, { ...PLAIN, system: true }, Date.now));
  const system = all.schemas.filter(schema => schema.system).map(({ name }) => name);
  expect(system).toEqual(['information_schema', 'pg_catalog']);
  expect(all.schemas.slice(-2).map(({ name }) => name)).toEqual(system);
});

it("a role's own schemas come first", async () => {
  const { primary, database, admin, owner, caFile } = testStack();
  const superuser = await connect(primary, database, admin, caFile);
  const engineOfOwner = await Engine.open({ credentials: primaryCredentials() });
  try {
    await superuser.query('CREATE SCHEMA IF NOT EXISTS a_stranger');
    await superuser.query(`GRANT USAGE ON SCHEMA a_stranger TO ${owner.user}`);
    const { schemas, role } = await reading(session => readCatalog(session, PLAIN, Date.now), engineOfOwner);
    expect(role).toBe(owner.user);
    expect(schemas.filter(({ owned }) => !owned).map(({ name }) => name)).toEqual(['a_stranger']);
    expect(schemas.at(-1)?.name).toBe('a_stranger');
  } finally {
    await engineOfOwner.close();
    await superuser.query('DROP SCHEMA a_stranger');
    await superuser.end();
  }
});

it('a schema that the role may not use is named, without what is in it', async () => {
  const hidden = await withSchema('vault', (schema, reader) => [
    `CREATE TABLE ${schema}.gold (id int)`,
    `REVOKE ALL ON SCHEMA ${schema} FROM ${reader}`
  ]);
  try {
    const { schemas } = await reading(session => readCatalog(session, PLAIN, Date.now));
    expect(schemas.find(({ name }) => name === 'vault')).toMatchObject({ usable: false, relations: [] });
  } finally {
    await hidden.drop();
  }
});
