import { setTimeout as sleep } from 'node:timers/promises';
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

/** Whether the search for the column is under way: only there the client's encoding is another one, and the statement sleeps. */
async function isLookedFor(): Promise<boolean> {
  const { rows } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE query LIKE '%-- looked for' AND wait_event = 'PgSleep'"
  );
  return rows.length > 0;
}

describe('a database that keeps any bytes as text', () => {
  it('gives text that is UTF-8 as it is', async () => {
    const table = await engine.table(`SELECT ${UTF8} AS place, ARRAY[${UTF8}] AS places`);
    expect(table.toArray().map(row => JSON.stringify(row))).toEqual(['{"place":"café","places":["café"]}']);
  });

  it.each([
    ['text', LATIN1, '"the Place"'],
    ['text in an array', `ARRAY[${LATIN1}]`, 'column'],
    ['a type that arrives as text', `ROW(${LATIN1})`, 'column']
  ])('ends a query with %s that is not, and says where it is and how to read it', async (_, bad, column) => {
    // The sum of all rows before it fills several runs of the reader.
    const sql = `SELECT g AS id, ${UTF8} AS good, CASE WHEN g = $1 THEN ${bad} END AS "the Place" FROM generate_series(1, 5000) g`;
    expect(await engine.run(sql, { params: [3_000] })).toMatchObject({
      state: 'failed',
      error: {
        code: 'query-failed',
        sqlstate: '22021',
        subject: 'the Place',
        message: expect.stringMatching(/0xe9.*, in column the Place of row 3000$/) as string,
        action: expect.stringContaining(`convert_to(${column}, 'SQL_ASCII')`) as string
      }
    });
    const after = await engine.table("SELECT current_setting('client_encoding') AS encoding");
    expect(after.getChild('encoding')!.toJSON()).toEqual(['UTF8']);
  });

  it('names no column for a text that the statement itself cannot convert', async () => {
    const { error } = await engine.run(String.raw`SELECT convert_from('\xe9'::bytea, 'UTF8') AS place`);
    expect(error).toMatchObject({ sqlstate: '22021', subject: null });
    expect(error?.message).not.toContain('in column');
  });

  it('can be stopped while it looks for the column', async () => {
    const result = engine.start(
      `SELECT pg_sleep(CASE current_setting('client_encoding') WHEN 'SQL_ASCII' THEN 60 END), ${LATIN1} -- looked for`
    );
    while (!(await isLookedFor())) {
      expect(result.status().error).toBeNull();
      await sleep(10);
    }
    result.cancel();
    await result.until();
    expect(result.status()).toMatchObject({ state: 'cancelled' });
  });

  it('gives all of it in the ways that the error tells', async () => {
    const bytes = `convert_to(${LATIN1}, 'SQL_ASCII')`;
    const text = `convert_from(convert(${bytes}, 'LATIN1', 'UTF8'), 'UTF8')`;
    const table = await engine.table(`SELECT ${bytes} AS bytes, ${text} AS text`);
    expect([...(table.get(0)!['bytes'] as Uint8Array)]).toEqual([0x63, 0x61, 0x66, 0xe9]);
    expect(table.get(0)!['text']).toBe('café');
  });
});
