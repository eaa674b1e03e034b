import { SourceColumns } from '../../src/gateway/postgres/source-columns';
import { Engine, standbyCredentials } from '../support/engine';
import { judge } from '../support/judge';
import { testStack } from '../support/stack';

const judged = (statements: readonly string[]) =>
  judge(engine, statements, standbyCredentials(), testStack().caFile);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

const values = (type: string, ...literals: readonly string[]) =>
  `SELECT v::${type} AS v FROM (VALUES ${literals.map(literal => `(${literal})`).join(', ')}, (NULL)) t(v)`;

const LIST_OF_TEXTS = 'list<element: string>';

/** PostgreSQL's type, Arrow's type, a statement. */
const NATIVE = [
  ['boolean', 'bool', values('boolean', "'t'", "'f'")],
  ['smallint', 'int16', values('smallint', '-32768', '0', '32767')],
  ['integer', 'int32', values('integer', '-2147483648', '0', '2147483647')],
  ['bigint', 'int64', values('bigint', '-9223372036854775808', '9007199254740993', '9223372036854775807')],
  ['real', 'float', values('real', "'NaN'", "'Infinity'", "'-Infinity'", "'0.1'", "'-0'", "'1e-40'")],
  [
    'double precision',
    'double',
    values('float8', "'NaN'", "'Infinity'", "'0.1'", "'-0'", "'5e-324'", "'1.7976931348623157e308'")
  ],
  [
    'numeric(12,2)',
    'decimal128(12, 2)',
    values('numeric(12,2)', '0', '0.01', '-0.01', '9999999999.99', '-9999999999.99', '100', '12.3')
  ],
  [
    // About 2^53, where doubles end, in four digits of base 10,000.
    'numeric(16,0)',
    'decimal128(16, 0)',
    values(
      'numeric(16,0)',
      ...['9007199254740991', '9007199254740993', '-9999999999999999', '999999999999999']
    )
  ],
  [
    'numeric(18,2)',
    'decimal128(18, 2)',
    values(
      'numeric(18,2)',
      "'90071992547409.93'",
      "'123456789012.34'",
      "'-9999999999999999.99'",
      "'99999999.99'"
    )
  ],
  [
    'numeric(38,0)',
    'decimal128(38, 0)',
    values(
      'numeric(38,0)',
      "'99999999999999999999999999999999999999'",
      "'-99999999999999999999999999999999999999'",
      "'1'",
      "'4294967296'",
      "'-4294967296'",
      "'18446744073709551616'"
    )
  ],
  [
    'numeric(38,38)',
    'decimal128(38, 38)',
    values(
      'numeric(38,38)',
      "'0.00000000000000000000000000000000000001'",
      "'-0.99999999999999999999999999999999999999'"
    )
  ],
  [
    'numeric(20,10)',
    'decimal128(20, 10)',
    values('numeric(20,10)', "'1234567890.0123456789'", "'-0.0000000001'", "'1e9'")
  ],
  [
    'numeric',
    'string',
    values(
      'numeric',
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
      "'0.00'",
      "'1e-20'",
      "'12345678901234567890123456789012345678901234567890.5'"
    )
  ],
  [
    'text',
    'string',
    values('text', "''", "'a'", "'žluťoučký kůň 🐎'", "repeat('long ', 10000)", "E'line\\nline'")
  ],
  ['character varying(10)', 'string', values('varchar(10)', "''", "'ten chars!'")],
  ['character(5)', 'string', values('char(5)', "'ab'", "''")],
  ['json', 'string', values('json', `'{"a": 12345678901234567890, "b":[1, 2]}'`, "'null'")],
  ['jsonb', 'string', values('jsonb', `'{"a": 12345678901234567890, "b":[1, 2]}'`, "'null'", '\'"ž"\'')],
  [
    'uuid',
    'string',
    values('uuid', "'00000000-0000-0000-0000-000000000000'", "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'")
  ],
  ['bytea', 'binary', values('bytea', "''", "'\\x00ff'", "repeat('\\x', 0)::bytea")],
  [
    'date',
    'date32[day]',
    values(
      'date',
      "'0001-01-01'",
      "'1969-12-31'",
      "'2000-01-01'",
      "'9999-12-31'",
      "'infinity'",
      "'-infinity'"
    )
  ],
  ['time without time zone', 'time64[us]', values('time', "'00:00'", "'23:59:59.999999'")],
  [
    'timestamp without time zone',
    'timestamp[us]',
    values(
      'timestamp',
      "'0001-01-01'",
      "'1969-12-31 23:59:59.999999'",
      "'2000-01-01'",
      "'9999-12-31 23:59:59.999999'",
      "'infinity'",
      "'-infinity'"
    )
  ],
  [
    'timestamp with time zone',
    'timestamp[us, tz=UTC]',
    values(
      'timestamptz',
      "'1969-12-31 23:59:59.999999+00'",
      "'2026-03-29 02:30+02'",
      "'infinity'",
      "'-infinity'"
    )
  ],
  ['integer[]', 'list<element: int32>', values('int[]', "'{}'", "'{1,NULL,3}'", "'{2147483647}'")],
  ['text[]', 'list<element: string>', values('text[]', "'{}'", `'{a,NULL,"with, comma",""}'`)],
  ['numeric(6,2)[]', 'list<element: decimal128(6, 2)>', values('numeric(6,2)[]', "'{1.50,NULL,-2}'")],
  ['numeric[]', 'list<element: string>', values('numeric[]', "'{1.50,NaN,1e30,-0.0001,12345.6789}'")],
  ['uuid[]', 'list<element: string>', values('uuid[]', "'{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}'")],
  ['jsonb[]', 'list<element: string>', values('jsonb[]', `ARRAY['{"a":1}'::jsonb, NULL]`)],
  [
    'timestamp with time zone[]',
    'list<element: timestamp[us, tz=UTC]>',
    values('timestamptz[]', "'{2026-01-01 00:00+00}'")
  ],
  ['boolean[]', 'list<element: bool>', values('boolean[]', "'{t,f,NULL}'")],
  ['bytea[]', 'list<element: binary>', values('bytea[]', "ARRAY['\\x00'::bytea]")],
  ['inet[]', LIST_OF_TEXTS, values('inet[]', "'{}'", "'{10.0.0.1/8,NULL,::1}'")],
  ['interval[]', LIST_OF_TEXTS, values('interval[]', "'{1 day 02:00:00,-1 mon}'")],
  ['box[]', LIST_OF_TEXTS, values('box[]', "'{(1,1),(0,0);(2,2),(1,1)}'")],
  ['int4range[]', LIST_OF_TEXTS, values('int4range[]', `'{"[1,5)",empty,NULL}'`)],
  [
    'tsvector[]',
    LIST_OF_TEXTS,
    values('tsvector[]', `ARRAY['a "b" \\ c'::tsvector, 'NULL'::tsvector, NULL]`)
  ],
  [
    'order_status[]',
    LIST_OF_TEXTS,
    "SELECT v::order_status[] AS v FROM (VALUES ('{paid,NULL}'), ('{}'), (NULL)) t(v)"
  ],
  ['record[]', LIST_OF_TEXTS, `SELECT ARRAY[ROW(1, 'a,"b"'), ROW(2, NULL)] AS v`]
] as const;

/** Types that have no Arrow form of their own. */
const AS_TEXT = [
  ['interval', values('interval', "'1 year 2 mons 3 days 04:05:06.7'", "'-1 day'")],
  ['inet', values('inet', "'10.0.0.1/8'", "'::1'")],
  ['int4range', values('int4range', "'[1,5)'", "'empty'")],
  ['point', values('point', "'(1.5,-2)'")],
  ['time with time zone', values('timetz', "'12:00+02'")],
  ['bit(4)', values('bit(4)', "B'1010'")],
  ['money', values('money', '12.34')],
  ['name', values('name', "'pg_class'")],
  ['oid', values('oid', '4294967295')],
  ['pg_lsn', values('pg_lsn', "'16/B374D848'")],
  ['tsvector', values('tsvector', "'a fat cat'")],
  ['xml', values('xml', "'<a/>'")],
  ['order_status', "SELECT v::order_status AS v FROM (VALUES ('paid'), (NULL)) t(v)"],
  ['record', "SELECT ROW(1, NULL, 'a,b') AS v"],
  ['regclass', "SELECT 'pg_class'::regclass AS v"],
  ['void', 'SELECT pg_sleep(0) AS v'],
  ['cstring', "SELECT textout('a') AS v"]
] as const;

describe('every value arrives as psycopg reads it', () => {
  let verdicts: Awaited<ReturnType<typeof judge>>;
  const cases = [...NATIVE, ...AS_TEXT.map(([type, sql]) => [type, 'string', sql] as const)];
  beforeAll(async () => {
    verdicts = await judged(cases.map(([, , sql]) => sql));
  });

  it.each(cases.map(([type, arrow, sql], index) => ({ type, arrow, sql, index })))(
    '$type as $arrow',
    async ({ type, arrow, sql, index }) => {
      expect(verdicts[index]).toMatchObject({ differences: [], types: [arrow] });
      expect(verdicts[index]?.rows).toBeGreaterThan(0);
      expect((await engine.run(sql)).fields).toMatchObject([{ name: 'v', type }]);
    }
  );
});

describe('a value that the Arrow type cannot hold', () => {
  it.each([
    ['NaN in numeric(6,2)', "SELECT v::numeric(6,2) AS v FROM (VALUES ('1'), ('NaN')) t(v)"],
    ['a two-dimensional array', "SELECT v::int[] AS v FROM (VALUES ('{1}'), ('{{1,2},{3,4}}')) t(v)"],
    [
      'a two-dimensional array of texts',
      "SELECT v::inet[] AS v FROM (VALUES ('{::1}'), ('{{::1},{::2}}')) t(v)"
    ],
    ['an array of texts from index 0', "SELECT v::inet[] AS v FROM (VALUES ('{::1}'), ('[0:0]={::2}')) t(v)"],
    ['an array from index 0', "SELECT v::int[] AS v FROM (VALUES ('{1}'), ('[0:1]={1,2}')) t(v)"],
    [
      'a timestamp beyond int64',
      "SELECT v::timestamp AS v FROM (VALUES ('2000-01-01'), ('294270-01-01')) t(v)"
    ]
  ])('%s makes its column text, and nothing is lost', async (_, sql) => {
    const table = await engine.table(sql);
    const text = await engine.table(sql.replace(' AS v ', '::text AS v '));
    expect(table.getChild('v')!.toJSON()).toEqual(text.getChild('v')!.toJSON());
  });

  it('fails and names the column once rows have been delivered', async () => {
    const result = engine.start(
      "SELECT (CASE WHEN g = 5000 THEN 'NaN' ELSE g::text END)::numeric(9,2) AS price, pg_sleep(CASE WHEN g = 4000 THEN 0.4 END) FROM generate_series(1, 5000) g"
    );
    await result.until(() => (result.spool?.rows ?? 0) > 0);
    result.streams++;
    await result.until();
    expect(result.status().error).toMatchObject({ code: 'value-not-representable', subject: 'price' });
    expect(result.status().error?.action).toContain('price::text');
  });
});

describe('the schema of a result', () => {
  const metadata = async (sql: string) =>
    (await engine.table(sql)).schema.fields.map(field => Object.fromEntries(field.metadata));

  it('says where a column comes from and what its table says of it', async () => {
    const [id, expression, renamed] = await metadata(
      'SELECT id, id + 1 AS next, country AS "Land" FROM users'
    );
    expect(id).toMatchObject({ 'pg:table': 'users', 'pg:column': 'id', 'pg:not_null': 'true' });
    expect(renamed).toMatchObject({
      'pg:schema': 'public',
      'pg:table': 'users',
      'pg:column': 'country',
      'pg:comment': 'ISO 3166-1 alpha-2.'
    });
    expect(expression).toEqual({ 'pg:type': 'bigint' });
  });

  it('asks about a table once', async () => {
    const sources = new SourceColumns(() => clock);
    let clock = 0;
    const asked: string[] = [];
    const session = {
      rows: (_sql: string, [oids]: readonly string[]) => {
        asked.push(oids!);
        return Promise.resolve([['7', '1', 's', 't', 'c', 't', null]]);
      }
    };
    const column = (tableOid: number) => ({ name: '', oid: 23, typmod: -1, tableOid, attributeNumber: 1 });
    await sources.of(session, [column(7), column(0), column(7)]);
    expect(await sources.of(session, [column(7), column(0)])).toMatchObject([
      { table: 't', notNull: true },
      null
    ]);
    expect(asked).toEqual(['{7}']);
    clock = 6 * 60_000;
    await sources.of(session, [column(7)]);
    expect(asked).toEqual(['{7}', '{7}']);
  });
});

it('the sample tables arrive whole', async () => {
  const tables = ['users', 'orders', 'products', 'analytics.events'];
  for (const verdict of await judged(tables.map(table => `SELECT * FROM ${table} ORDER BY 1`))) {
    expect(verdict.differences).toEqual([]);
    expect(verdict.rows).toBeGreaterThan(0);
    expect(verdict.binaryCells).toBeGreaterThan(verdict.rows);
  }
});
