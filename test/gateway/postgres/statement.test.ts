import { Engine } from '../../support/engine';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open({ poolSize: 1 });
});
afterAll(() => engine.close());

describe('a statement', () => {
  it.each([
    ['SHOW', 'SHOW server_version', 'SHOW'],
    ['EXPLAIN', 'EXPLAIN (FORMAT JSON) SELECT 1', 'EXPLAIN'],
    ['VALUES', "VALUES (1, 'a'), (2, 'b')", 'SELECT 2'],
    ['TABLE', 'TABLE pg_catalog.pg_am', /^SELECT \d+$/],
    [
      'WITH',
      'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t',
      'SELECT 5'
    ],
    ['a comment in front', '-- why\n/* and /* how */ */ SELECT 1', 'SELECT 1'],
    ['a semicolon behind', 'SELECT 1;', 'SELECT 1']
  ])('may be %s', async (_, sql, command) => {
    const status = await engine.run(sql);
    expect(status).toMatchObject({ state: 'done', error: null });
    expect(status.command).toMatch(command);
    expect(status.rows).toBeGreaterThan(0);
  });

  it.each([
    ['FETCH', 'FETCH ALL FROM nothing', '34000'],
    ['EXECUTE', 'EXECUTE nothing', '26000']
  ])('that is %s finds nothing of an earlier one', async (_, sql, sqlstate) => {
    await engine.run('DECLARE nothing CURSOR FOR SELECT 1');
    await engine.run('PREPARE nothing AS SELECT 1');
    expect((await engine.run(sql)).error).toMatchObject({ code: 'query-failed', sqlstate });
  });

  it('is one: of several none is run, and that is said', async () => {
    expect((await engine.run('SELECT 1; SELECT 2')).error).toMatchObject({
      code: 'several-statements',
      message: 'There is more than one statement here.',
      action: 'Run one statement at a time: leave one here, and run the others by themselves.'
    });
  });

  it.each(['SELECT $1', 'SELECT $1 IS NULL', 'SELECT pg_typeof($1)'])(
    'whose parameter has no known type either runs or says how to give it one: %s',
    async sql => {
      const { error } = await engine.run(sql, { params: ['x'] });
      expect(error?.sqlstate ?? 'none').toMatch(/^(none|42P18)$/);
      expect(error?.action ?? '$1::int').toContain('$1::int');
    }
  );

  it('whose parameter fits two types says how to give it one', async () => {
    const { error } = await engine.run("SELECT ($1, $1) = (1, 'a'::text)", { params: ['1'] });
    expect(error).toMatchObject({
      code: 'query-failed',
      sqlstate: expect.any(String)
    });
  });

  it('whose parameter does not read as its type names the value', async () => {
    const { error } = await engine.run('SELECT $1::int', { params: ['seven'] });
    expect(error).toMatchObject({ sqlstate: '22P02', message: expect.stringContaining('"seven"') });
    expect(error?.action).toContain('Mend the value');
  });
});
