import type { Client } from 'pg';
import { connect } from '../../demo/postgres-server';
import { Engine } from '../support/engine';
import { testStack } from '../support/stack';

const DATABASE = 'any_bytes';
/** `café` in LATIN1, which no UTF-8 text is. */
const LATIN1 = String.raw`convert_from('\x636166e9'::bytea, 'SQL_ASCII')`;
const UTF8 = String.raw`convert_from('\x636166c3a9'::bytea, 'SQL_ASCII')`;

let admin: Client;
let engine: Engine;

beforeAll(async () => {
  const { primary, admin: login, caFile, database } = testStack();
  admin = await connect(primary, database, login, caFile);
  await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${DATABASE} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0`);
  engine = await Engine.open({ credentials: { ...primary, ...login, database: DATABASE } });
});
afterAll(async () => {
  await engine.close();
  await admin.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
  await admin.end();
});

describe('a database that keeps any bytes as text', () => {
  it('gives text that is UTF-8 as it is', async () => {
    const table = await engine.table(`SELECT ${UTF8} AS place, ARRAY[${UTF8}] AS places`);
    expect(table.toArray().map(row => JSON.stringify(row))).toEqual(['{"place":"café","places":["café"]}']);
  });

  it.each([
    ['text', LATIN1],
    ['text in an array', `ARRAY[${LATIN1}]`],
    ['a type that arrives as text', `ROW(${LATIN1})`]
  ])('ends a query with %s that is not, and says how to read it', async (_, expression) => {
    expect(await engine.run(`SELECT 1 AS id, ${expression} AS place`)).toMatchObject({
      state: 'failed',
      error: {
        code: 'query-failed',
        sqlstate: '22021',
        message: expect.stringContaining('0xe9') as string,
        action: expect.stringContaining("convert_to(column, 'SQL_ASCII')") as string
      }
    });
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });

  it('gives all of it in the ways that the error tells', async () => {
    const bytes = `convert_to(${LATIN1}, 'SQL_ASCII')`;
    const text = `convert_from(convert(${bytes}, 'LATIN1', 'UTF8'), 'UTF8')`;
    const table = await engine.table(`SELECT ${bytes} AS bytes, ${text} AS text`);
    expect([...(table.get(0)!['bytes'] as Uint8Array)]).toEqual([0x63, 0x61, 0x66, 0xe9]);
    expect(table.get(0)!['text']).toBe('café');
  });
});
