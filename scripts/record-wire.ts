/**
 * node --import tsx scripts/record-wire.ts
 *
 * Records what PostgreSQL 15 and 18 send for values of each type in the type map, beside the SQL that made it:
 * test/fixtures/wire/<version>.json. The column `value` travels as the gateway asks for it; `expected` is what the server says of
 * the same value in text, which test/gateway/columns/recorded-wire.test.ts compares it with.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { mappingFor } from '../src/gateway/columns/type-map';
import type { Cells } from '../src/gateway/postgres/data-row';
import { Session } from '../src/gateway/postgres/session';
import { tlsOptions } from '../src/gateway/postgres/tls';
import { TypeNames } from '../src/gateway/postgres/type-names';
import { startVersion } from '../test/support/server-versions';

const VERSIONS = [15, 18] as const;

const TEXT = "CASE WHEN v IS NOT NULL THEN format('%s', v) END";
const UNSCALED = (scale: number) => `trunc(v * 1e${scale})::text`;
const DAYS = "CASE WHEN isfinite(v) THEN (v - date '1970-01-01')::text ELSE v::text END";
const MICROSECONDS =
  'CASE WHEN isfinite(v) THEN (extract(epoch FROM v) * 1000000)::bigint::text ELSE v::text END';
const JSON_LIST = 'array_to_json(v)::text';

/** A type, how the server tells the value in text, and literals. */
const CASES: readonly (readonly [type: string, expected: string, ...literals: readonly string[]])[] = [
  ['boolean', 'v::text', 't', 'f'],
  ['smallint', TEXT, '-32768', '0', '32767'],
  ['integer', TEXT, '-2147483648', '-1', '2147483647'],
  ['bigint', TEXT, '-9223372036854775808', '9007199254740993', '9223372036854775807'],
  ['real', "encode(float4send(v), 'hex')", '-0', '1e-45', '3.4028235e38', 'NaN', '-Infinity'],
  ['double precision', "encode(float8send(v), 'hex')", '-0', '5e-324', '1.7976931348623157e308', 'NaN'],
  ['numeric(12,2)', UNSCALED(2), '0', '-0.01', '9999999999.99', '10000', '12.30'],
  ['numeric(38,0)', UNSCALED(0), '9'.repeat(38), `-${'9'.repeat(38)}`, '18446744073709551616', '-4294967296'],
  ['numeric(38,1)', UNSCALED(1), `${'9'.repeat(37)}.9`, '-0.1'],
  ['numeric(38,38)', UNSCALED(38), `0.${'9'.repeat(38)}`, '-1e-38'],
  ['numeric', TEXT, 'NaN', 'Infinity', '-0.0', '1e-20', '1e40', '12345678901234567890.00100'],
  ['text', TEXT, '', 'NULL', 'žluťoučký kůň 🐎', 'x'.repeat(200)],
  ['character varying(10)', TEXT, '', 'ten chars!'],
  ['character(5)', TEXT, 'ab', ''],
  ['name', TEXT, 'pg_class'],
  ['json', TEXT, '{"a":  12345678901234567890}'],
  ['jsonb', TEXT, '{"a":  12345678901234567890}', 'null'],
  ['uuid', TEXT, 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  ['bytea', "encode(v, 'hex')", '', '\\x00ff'],
  ['date', DAYS, '4713-01-01 BC', '1969-12-31', '5874897-12-31', 'infinity', '-infinity'],
  [
    'time without time zone',
    '(extract(epoch FROM v) * 1000000)::bigint::text',
    '00:00',
    '23:59:59.999999',
    '24:00'
  ],
  ['timestamp without time zone', MICROSECONDS, '4713-01-01 BC', '294246-12-31 23:59:59.999999', 'infinity'],
  [
    'timestamp with time zone',
    MICROSECONDS,
    '1969-12-31 23:59:59.999999+00',
    '2026-03-29 02:30+02',
    '-infinity'
  ],
  ['interval', TEXT, '1 year 2 mons 3 days 04:05:06.7'],
  ['inet', TEXT, '10.0.0.1/8'],
  ['int4range', TEXT, '[1,5)', 'empty'],
  ['integer[]', JSON_LIST, '{}', '{1,NULL,-2147483648}'],
  ['bigint[]', JSON_LIST, '{9223372036854775807}'],
  ['text[]', JSON_LIST, '{}', '{a,NULL,"NULL","with \\"quote\\"",""}'],
  ['inet[]', JSON_LIST, '{}', '{10.0.0.1/8,NULL,::1}'],
  ['int4range[]', JSON_LIST, '{"[1,5)",empty,NULL}'],
  ['box[]', JSON_LIST, '{(1,1),(0,0);(2,2),(1,1)}']
];

async function main(): Promise<void> {
  for (const version of VERSIONS) {
    const server = await startVersion(version);
    const session = await Session.connect(server.credentials, {
      tls: () => tlsOptions({ mode: 'verify-full', caFile: server.caFile }),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
      searchPath: null
    });
    const results = [];
    for (const [type, expected, ...literals] of CASES) {
      results.push(await record(session, statement(type, expected, literals)));
    }
    session.close();
    await server.stop();
    const file = path.join(__dirname, '..', 'test', 'fixtures', 'wire', `${version}.json`);
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  }
}

function statement(type: string, expected: string, literals: readonly string[]): string {
  const values = [...literals.map(literal => `('${literal}'::${type})`), `(NULL::${type})`];
  return `SELECT v AS value, ${expected} AS expected FROM (VALUES ${values.join(', ')}) t(v)`;
}

async function record(session: Session, sql: string) {
  await session.begin('jupyterlab-replica: recording');
  const { columns } = await session.describe(sql);
  const types = await new TypeNames().of(session, columns ?? []);
  const described = (columns ?? []).map(({ name, oid, typmod }, index) => {
    const { delimiter } = types[index]!;
    return { name, oid, typmod, delimiter, format: mappingFor(oid, false, delimiter).format };
  });
  const dataRows: string[] = [];
  await session.execute(
    [],
    described.map(({ format }) => format),
    cells => dataRows.push(...bodies(cells))
  );
  await session.end();
  return { sql, columns: described, dataRows };
}

/** The body of each DataRow, in hexadecimal: from its column count to the end of its last cell. */
function bodies({ bytes, starts, lengths, columns, rows }: Cells): readonly string[] {
  return Array.from({ length: rows }, (_, row) => {
    const [first, last] = [row * columns, (row + 1) * columns - 1];
    const body = bytes.subarray(starts[first]! - 6, starts[last]! + Math.max(lengths[last]!, 0));
    return Buffer.from(body).toString('hex');
  });
}

void main();
