import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Client, types } from 'pg';
import { bindNames, wantedParameters } from '../../../src/sql/parameters';
import { statements } from '../../../src/sql/split';
import { testStack } from '../../support/stack';

jest.setTimeout(120_000);

const RUNS = { numRuns: 150, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false };

let server: Client;
beforeAll(async () => {
  const { standby, database, reader, caFile } = testStack();
  server = new Client({
    ...standby,
    ...reader,
    database,
    ssl: { ca: readFileSync(caFile), checkServerIdentity: () => undefined },
    // Nothing but the server's own text.
    types: { getTypeParser: () => types.getTypeParser(25) }
  });
  await server.connect();
});
afterAll(() => server.end());

/** What is most easily taken for the end of something else. */
const TRICKY = [
  `'`,
  `''`,
  `"`,
  `;`,
  `--`,
  `/*`,
  `*/`,
  `$$`,
  `$a$`,
  `\\`,
  `\n`,
  ` `,
  `:n`,
  `$1`,
  `E'`,
  `x`,
  `ü`,
  `😀`,
  `::`
];
const soup = fc.array(fc.constantFrom(...TRICKY), { maxLength: 8 }).map(parts => parts.join(''));
const space = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  ' /* ; */ ',
  ` /* a /* ; */ ; "'*/ `,
  ' -- ; \' " $$\n',
  '\r\n'
);

const plain = soup.map(text => `'${text.replaceAll("'", "''")}'`);
const escaped = soup.map(text => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
const unicode = soup.map(text => `U&'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`);
const dollar = fc
  .tuple(fc.constantFrom('$$', '$a$', '$_tag1$', '$ü$'), soup)
  .map(([tag, text]) => `${tag}${text.replaceAll('$', '#')}${tag}`);
const continued = fc.tuple(plain, plain).map(([one, other]) => `${one}\n${other}`);
const literal = fc.oneof(plain, escaped, unicode, dollar, continued);
const alias = soup
  .map(text => `"${`a${text}`.replaceAll('"', '""').slice(0, 40)}"`)
  .filter(name => /^"([^"]|"")*"$/.test(name));
const select = fc
  .tuple(space, fc.oneof(literal, fc.constantFrom('1', '1.5e3', 'NULL', '1 - -1')), space, alias, space)
  .map(([before, value, between, name, after]) => `SELECT${before}${value}${between}AS ${name}${after}`);

/** Rows of each statement that has any, as the simple query protocol gives them; null for what the server refuses. */
async function answered(sql: string): Promise<unknown[] | null> {
  try {
    const given = await server.query({ text: sql, rowMode: 'array' });
    return [given]
      .flat()
      .filter(({ command }) => command !== null)
      .map(({ rows }) => rows);
  } catch {
    return null;
  }
}

it('splits where the server does, whatever stands in quotes and comments', async () => {
  const texts = fc.array(fc.tuple(select, fc.constantFrom(';', ';;', '; -- end\n;', ' ; /* ; */')), {
    minLength: 1,
    maxLength: 5
  });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(texts, async parts => {
      const sql = parts.map(part => part.join('')).join('\n');
      const all = await answered(sql);
      if (all === null) return;
      compared++;
      const split = statements(sql);
      expect(split).toHaveLength(all.length);
      for (const [index, { text }] of split.entries()) {
        expect(await answered(text)).toEqual([all[index]]);
      }
    }),
    RUNS
  );
  expect(compared).toBeGreaterThan(20);
});

it('counts statements as the server does in any text that it takes', async () => {
  const pieces = fc.constantFrom(
    ...TRICKY,
    ';',
    ';',
    'select 1',
    'select 2 as x',
    "select 'a'",
    'select "current_schema"()',
    '\n'
  );
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 9 }), async parts => {
      const sql = parts.join('');
      const all = await answered(sql);
      if (all !== null) {
        compared++;
        expect([sql, statements(sql).length]).toEqual([sql, all.length]);
      }
    }),
    RUNS
  );
  expect(compared).toBeGreaterThan(5);
});

it('binds names where they are parameters, and nowhere else', async () => {
  const item = fc.oneof(
    literal.map(text => ({ text, value: null })),
    fc
      .tuple(fc.constantFrom('n', 'name_1', 'Status'), soup)
      .map(([name, value]) => ({ text: `:${name}`, value }))
  );
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(item, space), { minLength: 1, maxLength: 6 }), async items => {
      const values = new Map(
        items.flatMap(([{ text, value }]) => (value === null ? [] : [[text.slice(1), value] as const]))
      );
      const row = (written: (text: string, value: string | null) => string) =>
        `SELECT ${items.map(([{ text, value }, after]) => `${written(text, value)}${after}`).join(',')}`;
      const sql = row((text, value) => (value === null ? text : `${text}::text`));
      const inPlace = row((text, value) =>
        value === null
          ? text
          : `E'${values.get(text.slice(1))!.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'::text`
      );
      const expected = await answered(inPlace);
      if (expected === null) return;
      compared++;
      expect(new Set(wantedParameters(sql).names)).toEqual(new Set(values.keys()));
      const bound = bindNames(sql, new Set(values.keys()));
      const given = await server.query({
        text: bound.sql,
        values: bound.names.map(name => values.get(name)),
        rowMode: 'array'
      });
      expect([given.rows]).toEqual(expected);
    }),
    RUNS
  );
  expect(compared).toBeGreaterThan(20);
});

it('finds the numbered parameters that the server finds', async () => {
  const item = fc.oneof(literal, fc.constantFrom('$1::text', '$2::text', '$3::int', '1::text'));
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(item, space), { minLength: 1, maxLength: 6 }), async items => {
      const sql = `SELECT ${items.map(parts => parts.join('')).join(',')}`;
      const found = await server
        .query({ text: `PREPARE fuzz AS ${sql}` })
        .then(() =>
          server.query(
            "SELECT cardinality(parameter_types) AS n FROM pg_prepared_statements WHERE name = 'fuzz'"
          )
        )
        .catch(() => null);
      await server.query('DEALLOCATE ALL');
      const { style, names } = wantedParameters(sql);
      if (found && style !== 'named' && style !== 'mixed') {
        compared++;
        expect([sql, names.length]).toEqual([sql, Number(found.rows[0].n)]);
      }
    }),
    RUNS
  );
  expect(compared).toBeGreaterThan(20);
});
