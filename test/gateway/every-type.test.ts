import { typesPage } from '../../scripts/types-page';
import { Engine } from '../support/engine';
import { ParquetOf } from '../support/parquet-of';
import { judge } from '../support/judge';
import { startVersion, type VersionedServer } from '../support/server-versions';

/** Those that psycopg reads in both of PostgreSQL's formats; the moments here are text, since some are beyond Arrow's. */
const BINARY =
  'bool int2 int4 int8 float4 float8 numeric text varchar bpchar name bytea uuid json jsonb date time'.split(
    ' '
  );

/** Literals of each type, its extremes among them. A server's type that is not here fails the test. */
const LITERALS: Readonly<Record<string, readonly string[]>> = {
  aclitem: ['=r/postgres'],
  bit: ['1'],
  bool: ['t', 'f'],
  box: ['(1.5,2),(0,-1)'],
  bpchar: ['a', ' '],
  bytea: ['', '\\x00ff7b22'],
  char: ['a', ''],
  cid: ['0', '4294967295'],
  cidr: ['10.0.0.0/8', '::/0'],
  circle: ['<(1,2),3>'],
  date: ['4713-01-01 BC', '1969-12-31', '5874897-12-31', 'infinity', '-infinity'],
  datemultirange: ['{}', '{[2020-01-01,2020-02-01),[2021-01-01,)}'],
  daterange: ['empty', '[2020-01-01,infinity)', '(,)'],
  float4: ['NaN', '-0', '1e-45', '3.4028235e38', '-Infinity'],
  float8: ['NaN', '-0', '5e-324', '1.7976931348623157e308', 'Infinity'],
  gtsvector: [],
  inet: ['127.0.0.1', '::1/64'],
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int4multirange: ['{[1,5),[7,9)}'],
  int4range: ['[1,5)', 'empty'],
  int8: ['-9223372036854775808', '9223372036854775807'],
  int8multirange: ['{[1,9223372036854775807)}'],
  int8range: ['[1,)'],
  interval: ['178000000 years', '-1 mon 3 days -04:05:06.789', '0', '1 year 2 mons'],
  int2vector: ['', '1 2 -3'],
  json: ['{"a": 12345678901234567890.10}', 'null', '" \\u017e"'],
  jsonb: ['{"a": 12345678901234567890.10}', 'null', '[]'],
  jsonpath: ['$.a[*] ? (@ > 1)'],
  line: ['{1,2,3}'],
  lseg: ['[(1,2),(3,4)]'],
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: ['08:00:2b:01:02:03:04:05'],
  money: ['-92233720368547758.08', '12.34'],
  name: ['', 'pg_class'],
  numeric: ['NaN', `-${'9'.repeat(1000)}.${'1'.repeat(100)}`, '0.00', '1e-300', '-0.0'],
  nummultirange: ['{[1.1,2.2)}'],
  numrange: ['[1.1,2.2]'],
  oid: ['0', '4294967295'],
  oid8: ['0', '18446744073709551615'],
  oidvector: ['1 2 3'],
  path: ['((1,2),(3,4))', '[(1,2),(3,4)]'],
  pg_lsn: ['0/0', 'FFFFFFFF/FFFFFFFF'],
  pg_snapshot: ['10:20:10,14,15'],
  point: ['(1.5,-2)', '(Infinity,NaN)'],
  polygon: ['((1,2),(3,4),(5,6))'],
  refcursor: ['my cursor'],
  regclass: ['pg_class', '-'],
  regcollation: ['"C"'],
  regconfig: ['english'],
  regdatabase: ['postgres'],
  regdictionary: ['simple'],
  regnamespace: ['pg_catalog'],
  regoper: ['pg_catalog.||/'],
  regoperator: ['+(integer,integer)'],
  regproc: ['now'],
  regprocedure: ['now()'],
  regrole: ['postgres'],
  regtype: ['integer', 'timestamp with time zone'],
  text: ['', 'NULL', 'a "quote", a \\ and {braces}', 'emoji 🐎 and ž', ' lines\n\ttabs '],
  tid: ['(0,1)', '(4294967295,65535)'],
  time: ['00:00', '24:00', '23:59:59.999999'],
  timestamp: [
    '4713-01-01 00:00 BC',
    '294276-12-31 23:59:59.999999',
    '1969-12-31 23:59:59.999999',
    'infinity'
  ],
  timestamptz: ['4713-01-02 00:00+00 BC', '294276-12-31 23:59:59+00', '-infinity', '2026-03-29 02:30+02'],
  timetz: ['24:00:00-15:59', '00:00+14'],
  tsmultirange: ['{[2020-01-01,2020-01-02)}'],
  tsquery: ["'fat' & ( 'rat' | 'cat' )"],
  tsrange: ['[2020-01-01 00:00,infinity]'],
  tstzmultirange: ['{[2020-01-01 00:00+00,2020-01-02 00:00+00)}'],
  tstzrange: ['[2020-01-01 00:00+00,)'],
  tsvector: ["'a':1A 'fat':2", ''],
  txid_snapshot: ['10:20:10,14,15'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  varbit: ['', '10101'],
  varchar: ['', 'vary'],
  xid: ['0', '4294967295'],
  xid8: ['0', '18446744073709551615'],
  xml: ['<a>ž</a>', 'text']
};

/** Types whose values nobody can write, with a place where the server itself has some. */
const FOUND: Readonly<Record<string, string>> = {
  pg_brin_bloom_summary: 'SELECT NULL::pg_brin_bloom_summary AS value',
  pg_brin_minmax_multi_summary: 'SELECT NULL::pg_brin_minmax_multi_summary AS value',
  pg_dependencies: 'SELECT stxddependencies AS value FROM pg_statistic_ext_data',
  pg_mcv_list: 'SELECT stxdmcv::text::bytea IS NULL AS missing, stxdmcv AS value FROM pg_statistic_ext_data',
  pg_ndistinct: 'SELECT stxdndistinct AS value FROM pg_statistic_ext_data',
  pg_node_tree: "SELECT ev_action AS value FROM pg_rewrite WHERE ev_class = 'pg_views'::regclass",
  // An index's own storage type: it has an output but no input.
  gtsvector: 'SELECT NULL::gtsvector AS value'
};

const STATISTICS = `
  CREATE TABLE correlated AS SELECT i % 7 AS a, i % 7 AS b FROM generate_series(1, 1000) i;
  CREATE STATISTICS correlation ON a, b FROM correlated;
  ANALYZE correlated;
  ANALYZE pg_type`;

/** Types that somebody has made: extensions the server has never told us about among them. */
const MADE = `
  CREATE EXTENSION hstore;
  CREATE EXTENSION citext;
  CREATE EXTENSION ltree;
  CREATE EXTENSION cube;
  CREATE EXTENSION isn;
  CREATE TYPE mood AS ENUM ('sad', 'so, so', 'it''s "ok"');
  CREATE TYPE address AS (street text, number integer, moods mood[]);
  CREATE TYPE float_range AS RANGE (subtype = float8);
  CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
  CREATE DOMAIN triple AS integer[] CHECK (cardinality(VALUE) = 3);
  CREATE DOMAIN home AS address;
  CREATE TABLE "odd ""table" (a integer, b text)`;

const MADE_VALUES: readonly (readonly [type: string, literal: string, arrow: string])[] = [
  ['hstore', '"a"=>"1, 2", "b"=>NULL', 'string'],
  ['citext', 'MiXed', 'string'],
  ['ltree', 'top.middle.leaf', 'string'],
  ['lquery', 'top.*{1,2}', 'string'],
  ['cube', '(1, 2),(3, 4)', 'string'],
  ['ean13', '978-0-393-04002-9', 'string'],
  ['mood', 'so, so', 'string'],
  ['address', '("Main ""Street",5,"{sad,\\"so, so\\"}")', 'string'],
  ['float_range', '[1.5,2)', 'string'],
  ['positive', '7', 'int32'],
  ['triple', '{1,NULL,3}', 'list<element: int32>'],
  ['home', '(a,1,)', 'string'],
  ['"odd ""table"', '(1,x)', 'string']
];

/** The first of them; each is named as it is written here. */
const EXTENSION_TYPES = 6;

const BUILT_IN = `
  SELECT typname, format_type(oid, NULL) AS name FROM pg_type
  WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm')
    AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = pg_type.oid)
  ORDER BY 1`;

const literalOf = (type: string, literal: string) =>
  `E'${literal.replace(/['\\]/g, '\\$&')}'::pg_catalog."${type}"`;

/** Arrays of a type: those that a list holds, and one column with those of other shapes too. */
function shapesOf(type: string): readonly string[] {
  const name = `pg_catalog."${type}"`;
  const [first, last] = [LITERALS[type]![0]!, LITERALS[type]!.at(-1)!].map(text => literalOf(type, text));
  const lists = `(ARRAY[]::${name}[]), (ARRAY[NULL]::${name}[]), (ARRAY[${first}, NULL, ${last}]), (NULL)`;
  const others = `(ARRAY[ARRAY[${first}, NULL], ARRAY[${last}, ${first}]]),
    (array_fill(${last}, ARRAY[2], ARRAY[0])), (array_fill(${first}, ARRAY[1, 1, 2], ARRAY[-1, 1, 3]))`;
  return [lists, `${lists}, ${others}`].map(rows => `SELECT v FROM (VALUES ${rows}) t(v)`);
}

/** Each value by itself, in an array, and as a value of a domain. */
function statementFor(type: string): string {
  const known = FOUND[type];
  if (known) {
    return known;
  }
  const name = `pg_catalog."${type}"`;
  const rows = (LITERALS[type] ?? []).map(literal => `(${literalOf(type, literal)})`);
  return `SELECT v AS value, ARRAY[v, NULL] AS list, v::"domain_${type}" AS domain
    FROM (VALUES ${rows.join(', ')}, (NULL::${name})) t(v)`;
}

describe.each([15, 18] as const)('on PostgreSQL %d', version => {
  let server: VersionedServer;
  let engine: Engine;
  let types: readonly string[];
  let names: readonly string[];
  beforeAll(async () => {
    server = await startVersion(version);
    engine = await Engine.open(server);
    const client = await server.connect();
    const { rows } = await client.query<{ typname: string; name: string }>(BUILT_IN);
    types = rows.map(({ typname }) => typname);
    names = rows.map(({ name }) => name);
    await client.query(STATISTICS);
    await client.query(MADE);
    for (const type of types.filter(name => LITERALS[name]?.length)) {
      await client.query(`CREATE DOMAIN "domain_${type}" AS pg_catalog."${type}"`);
      await client.query(`CREATE TYPE "row_${type}" AS (value pg_catalog."${type}")`);
    }
    await client.end();
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  it('every built-in type has values here', () => {
    expect(types.length).toBeGreaterThan(70);
    expect(types.filter(type => !LITERALS[type]?.length && !FOUND[type])).toEqual([]);
  });

  it('every built-in type has its row in docs/types.md', () => {
    const told = typesPage()
      .split('\n')
      .filter(line => line.startsWith('| '))
      .flatMap(line =>
        line
          .split('|')[1]!
          .replace(/^ other /, '')
          .split(',')
      )
      .map(name => name.trim());
    expect(names.filter(name => !told.includes(name))).toEqual([]);
  });

  it('every built-in type arrives as psycopg reads it: by itself, in arrays and as a domain', async () => {
    const verdicts = await judge(engine, types.map(statementFor), server.credentials, server.caFile);
    const wrong = verdicts.flatMap(({ differences }, index) =>
      differences.length > 0 ? [{ type: types[index], differences }] : []
    );
    expect(wrong).toEqual([]);
    expect(verdicts.filter(({ rows }) => rows === 0)).toEqual([]);
    const readInBinary = types.filter((_, index) => verdicts[index]!.binaryCells > 0);
    expect(readInBinary).toEqual(expect.arrayContaining(BINARY));
  });

  it('arrays of every built-in type keep their shape: empty, of several dimensions, from another index on', async () => {
    const withValues = types.filter(type => LITERALS[type]?.length);
    const verdicts = await judge(engine, withValues.flatMap(shapesOf), server.credentials, server.caFile);
    const wrong = verdicts.flatMap(({ differences, types: arrow }, index) => {
      const type = withValues[Math.floor(index / 2)];
      const isList = arrow[0]?.startsWith('list') ?? false;
      // The first of the two has only what an Arrow list can say; the other one is text as a whole.
      return differences.length > 0 || isList !== (index % 2 === 0) ? [{ type, arrow, differences }] : [];
    });
    expect(wrong).toEqual([]);
    expect(verdicts).toHaveLength(2 * withValues.length);
  });

  it('every built-in type is told apart inside a composite, a record and an array of them', async () => {
    const withValues = types.filter(type => LITERALS[type]?.length);
    const statements = withValues.map(type => {
      const value = literalOf(type, LITERALS[type]!.at(-1)!);
      return `SELECT ROW(1, ${value}, NULL::pg_catalog."${type}") AS record, ROW(${value})::"row_${type}" AS row,
        ARRAY[ROW(${value})::"row_${type}", NULL] AS rows, ROW(ROW(${value}, NULL), ARRAY[${value}]) AS nested`;
    });
    const verdicts = await judge(engine, statements, server.credentials, server.caFile);
    const wrong = verdicts.flatMap(({ differences, types: arrow }, index) =>
      differences.length > 0 || arrow[0] !== 'string' || arrow[2] !== 'list<element: string>'
        ? [{ type: withValues[index], arrow, differences }]
        : []
    );
    expect(wrong).toEqual([]);
  });

  it('every built-in type is in Parquet as psycopg reads it', async () => {
    const parquet = await ParquetOf.start();
    const { credentials, caFile } = server;
    const statements = types.map(statementFor);
    const verdicts = await judge(engine, statements, credentials, caFile, parquet.result);
    await parquet.stop();
    const wrong = verdicts.flatMap(({ differences }, index) =>
      differences.length > 0 ? [{ type: types[index], differences }] : []
    );
    expect(wrong).toEqual([]);
  });

  it('arrays of any type, as pg_stats has them, are text', async () => {
    const sql = `SELECT attname, most_common_vals, histogram_bounds FROM pg_stats
      WHERE tablename = 'pg_type' AND (most_common_vals IS NOT NULL OR histogram_bounds IS NOT NULL) ORDER BY 1`;
    const [verdict] = await judge(engine, [sql], server.credentials, server.caFile);
    expect(verdict).toMatchObject({ differences: [], types: ['string', 'string', 'string'] });
    expect(verdict!.rows).toBeGreaterThan(5);
    const { fields } = await engine.run(sql);
    expect(fields?.map(({ type }) => type)).toEqual(['name', 'anyarray', 'anyarray']);
  });

  it('types that somebody has made arrive as psycopg reads them, and in arrays too', async () => {
    const statements = MADE_VALUES.map(
      ([type, literal]) =>
        `SELECT v AS value, ARRAY[v, NULL]::${type}[] AS list FROM (VALUES ('${literal.replaceAll("'", "''")}'::${type}), (NULL::${type})) t(v)`
    );
    const verdicts = await judge(engine, statements, server.credentials, server.caFile);
    MADE_VALUES.forEach(([type, , arrow], index) => {
      expect({ type, ...verdicts[index] }).toMatchObject({ type, differences: [], rows: 2 });
      expect(verdicts[index]?.types[0]).toBe(arrow);
      expect(verdicts[index]?.types[1]).toMatch(/^list/);
    });
    const named = await Promise.all(statements.slice(0, EXTENSION_TYPES).map(sql => engine.run(sql)));
    expect(named.map(({ fields }) => fields?.map(({ type }) => type))).toEqual(
      MADE_VALUES.slice(0, EXTENSION_TYPES).map(([type]) => [type, `${type}[]`])
    );
  });

  it('names every type as PostgreSQL does', async () => {
    const [{ fields } = { fields: null }] = [
      await engine.run(
        `SELECT NULL::mood[], NULL::address, NULL::bit(3)[], NULL::"odd ""table"[], 1::numeric(5,-2),
          NULL::bit(4), NULL::bit varying(7), NULL::interval(2), NULL::interval year to month, NULL::bit, NULL::interval[]`
      )
    ];
    expect(fields?.map(({ type }) => type)).toEqual([
      'mood[]',
      'address',
      'bit(3)[]',
      '"odd ""table"[]',
      'numeric(5,-2)',
      'bit(4)',
      'bit varying(7)',
      'interval(2)',
      'interval year to month',
      'bit(1)',
      'interval[]'
    ]);
  });
});
