import { createHash } from 'node:crypto';
import type { Sample } from '../demo/postgres';

interface BenchTable {
  readonly name: string;
  /** Rows at scale 1. */
  readonly rows: number;
  readonly columns: string;
  /** Gives row `i`. */
  readonly values: string;
}

const WIDE = Array.from({ length: 200 }, (_, index) => index);

const TABLES: readonly BenchTable[] = [
  {
    // As TPC-H has it: numerics, dates, short text.
    name: 'lineitem',
    rows: 600_000,
    columns: `l_orderkey bigint, l_partkey integer, l_suppkey integer, l_linenumber integer,
      l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), l_tax numeric(15,2),
      l_returnflag char(1), l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date,
      l_shipinstruct char(25), l_shipmode char(10), l_comment varchar(44)`,
    values: `i / 4 + 1, 1 + (i * 7919) % 200000, 1 + (i * 104729) % 10000, 1 + i % 4,
      1 + (i * 31) % 50, (90000 + (i * 7927) % 10494950) / 100.0, (i % 11) / 100.0, (i % 9) / 100.0,
      substr('ARN', (1 + i % 3)::int, 1), substr('FO', (1 + i % 2)::int, 1),
      date '1992-01-02' + ((i * 13) % 2526)::int, date '1992-01-31' + ((i * 17) % 2466)::int,
      date '1992-01-03' + ((i * 19) % 2555)::int,
      (ARRAY['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'])[1 + i % 4],
      (ARRAY['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'])[1 + i % 7],
      substr(md5(i::text) || ' ' || md5((3 * i)::text), 1, (10 + i % 34)::int)`
  },
  {
    // Everything of variable width, with NULLs.
    name: 'events',
    rows: 400_000,
    columns: `id bigint, occurred_at timestamptz, session_id uuid, kind text, title text, payload jsonb,
      tags integer[], duration_ms integer`,
    values: `i, timestamptz '2025-01-01 00:00:00+00' + i * interval '37.123456 seconds', md5(i::text)::uuid,
      (ARRAY['view', 'click', 'search', 'purchase'])[1 + i % 4],
      repeat('žluťoučký kůň 🐎 ', (i % 3)::int) || i,
      jsonb_build_object('page', '/products/' || i % 1000, 'ms', i % 5000, 'signed_in', i % 3 = 0),
      (ARRAY[(i % 7)::int, (i % 11)::int, (i % 13)::int])[1:(i % 4)::int],
      CASE WHEN i % 5 > 0 THEN i % 60000 END`
  },
  {
    // Fixed width alone, many rows.
    name: 'narrow',
    rows: 1_000_000,
    columns: 'id bigint, reading double precision, sensor integer',
    values: 'i, sin(i), i % 1000'
  },
  {
    // Many columns, as feature stores have them.
    name: 'wide',
    rows: 30_000,
    columns: WIDE.map(n => `c${n} ${['integer', 'double precision', 'text', 'numeric(12,4)'][n % 4]}`).join(
      ', '
    ),
    values: WIDE.map(n =>
      ['(i * 7 + N) % 100000', 'i / (N + 1.0)', `'v' || (i + N) % 977`, '(i % 9973) + N / 8.0'][
        n % 4
      ]!.replaceAll('N', String(n))
    ).join(', ')
  },
  {
    // Long text, too long for a page of the table.
    name: 'documents',
    rows: 20_000,
    columns: 'id bigint, body text',
    values: `i, (SELECT string_agg(md5((i * 400 + n)::text), ' ') FROM generate_series(1, 120) n)`
  },
  {
    // numeric without precision: every digit, as text.
    name: 'ledger',
    rows: 500_000,
    columns: 'id bigint, debit numeric, credit numeric, rate numeric',
    values: `i, i * 1.37, CASE WHEN i % 4 > 0 THEN i / 7.0 END, 1 / (i + 1.0)`
  }
];

export const TABLE_NAMES: readonly string[] = TABLES.map(({ name }) => name);

/** Those that frames of all packages are made of. */
export const FRAME_TABLES: ReadonlySet<string> = new Set(['lineitem', 'events', 'narrow']);

/** A table of the benchmark with the rows that it must give. */
export interface Target {
  readonly table: string;
  readonly rows: number;
}

export function targets(scale: number): readonly Target[] {
  return TABLES.map(({ name, rows }) => ({ table: name, rows: Math.round(rows * scale) }));
}

/** The tables at `scale`, the same on every machine. */
export function benchSample(scale: number): Sample {
  return {
    fingerprint: createHash('sha256')
      .update(JSON.stringify([scale, TABLES]))
      .digest('hex'),
    schemas: ['public'],
    load: async owner => {
      for (const { name, rows, columns, values } of TABLES) {
        await owner.query(`CREATE TABLE ${name} (${columns})`);
        const count = Math.round(rows * scale);
        await owner.query(`INSERT INTO ${name} SELECT ${values} FROM generate_series(1::bigint, ${count}) i`);
      }
    }
  };
}
