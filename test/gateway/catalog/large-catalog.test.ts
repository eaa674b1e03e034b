import { readColumnNames, type ColumnNames } from '../../../src/gateway/catalog/column-names';
import { searchColumns } from '../../../src/gateway/catalog/column-search';
import { readCatalog } from '../../../src/gateway/catalog/introspect';
import type { Session } from '../../../src/gateway/postgres/session';
import { Engine } from '../../support/engine';
import { LARGE_CATALOG, provideLargeCatalog } from '../../support/large-catalog';
import { testStack } from '../../support/stack';
import { PLAIN } from './shelf';

/** A tenth of what `npm run bench -- workbench` makes: 3,000 tables and 50,000 columns. */
const SCHEMAS = 30;
const never = new AbortController().signal;

let engine: Engine;
let session: Session;

beforeAll(async () => {
  await provideLargeCatalog(testStack(), { schemas: SCHEMAS });
  engine = await Engine.open({ credentials: { database: LARGE_CATALOG } });
  session = await engine.pool.acquire(never);
  await session.begin('test');
}, 180_000);
afterAll(async () => {
  await session.end();
  engine.pool.release(session);
  await engine.close();
});

/** The session with its catalog queries counted. */
function counted(): { readonly session: Session; readonly queries: string[] } {
  const queries: string[] = [];
  const watched: Session = Object.create(session, {
    rows: {
      value: (sql: string, parameters: []) => {
        queries.push(sql);
        return session.rows(sql, parameters);
      }
    }
  });
  return { session: watched, queries };
}

it('opens from two catalog queries, however many schemas there are, and reads no columns', async () => {
  const { session: watched, queries } = counted();
  const { schemas } = await readCatalog(watched, PLAIN, Date.now);
  const areas = schemas.filter(({ name }) => name.startsWith('area_'));
  expect(areas.map(({ relations }) => relations.length)).toEqual(areas.map(() => 100));
  expect(areas).toHaveLength(SCHEMAS);
  expect(queries).toHaveLength(2);
  expect(queries.join()).not.toContain('pg_attribute');
});

describe('the search of columns', () => {
  let names: ColumnNames;
  beforeAll(async () => {
    names = await readColumnNames(session);
  });
  const search = (...words: string[]) => searchColumns(names, words, never);

  it('holds all columns of all tables but those of partitions, and each name once', () => {
    expect(names.holders.length).toBe(1_600 * SCHEMAS);
    expect(new Set(names.names).size).toBe(names.names.length);
  });

  it('finds a column by its name, by a part of it and by scattered letters', async () => {
    const [first] = (await search('customer_id')).matches;
    expect(first?.column).toBe('customer_id');
    expect((await search('custid')).matches[0]?.column).toBe('customer_id');
    expect((await search('nowhere_to_be_found')).total).toBe(0);
  });

  it('takes a word from the name of the table too', async () => {
    const { matches } = await search('area_003', 'ledger_id');
    expect(matches.length).toBeGreaterThan(0);
    expect(new Set(matches.map(({ schema }) => schema))).toEqual(new Set(['area_003']));
  });

  it('finds comments, after all names', async () => {
    const { matches } = await search('source', 'system');
    expect(matches[0]).toMatchObject({ comment: expect.stringContaining('source system') });
  });

  it('gives the best hundred and the count of all', async () => {
    const { matches, total } = await search('status');
    expect(matches).toHaveLength(100);
    expect(total).toBeGreaterThan(100);
    expect(matches.map(({ score }) => score)).toEqual(
      matches.map(({ score }) => score).sort((a, b) => b - a)
    );
  });

  it('ends when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const many = { ...names, names: Array.from({ length: 20_000 }, (_, n) => `name_${n}`) };
    const searching = searchColumns({ ...many, starts: new Uint32Array(20_001) }, ['zz'], gone.signal);
    gone.abort(new Error('gone'));
    await expect(searching).rejects.toThrow('gone');
  });
});
