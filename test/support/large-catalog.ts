import type { Client } from 'pg';
import { connect, type ServerAddress } from '../../demo/postgres-server';
import type { StackDescription } from '../../demo/stack';
import { quoteIdentifier, quoteLiteral } from '../../src/sql/quote';

/** A database with nothing but a catalog: its tables are empty. */
export const LARGE_CATALOG = 'large_catalog';

const RELATIONS_PER_SCHEMA = 100;
/** Connections that create schemas at the same time. */
const WORKERS = 2;

/** The names that the generator draws from, so that a test can look for them. */
const NOUNS = [
  'order',
  'invoice',
  'customer',
  'payment',
  'shipment',
  'product',
  'ledger',
  'ticket',
  'session'
];
const WORDS = [
  'status',
  'amount',
  'created',
  'updated',
  'region',
  'channel',
  'score',
  'currency',
  'owner',
  'batch'
];
/** Of bounded length, so that no table needs a TOAST table and its two files. */
const TYPES = ['bigint', 'integer', 'numeric(12,2)', 'timestamptz', 'varchar(20)', 'boolean', 'date'];

interface LargeCatalogOptions {
  /** 300 is the whole: 30,000 tables and 500,000 columns. */
  readonly schemas: number;
}

/**
 * Makes the database `large_catalog` on the primary, readable by the stack's reader, and waits until the standby has
 * it. Does nothing where it exists with as many schemas. The whole takes about half a minute on two cores.
 */
export async function provideLargeCatalog(
  stack: StackDescription,
  { schemas }: LargeCatalogOptions
): Promise<void> {
  const isThere = await as(stack, stack.primary, 'postgres', async admin => {
    const mark = await admin.query(
      "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = $1",
      [LARGE_CATALOG]
    );
    return mark.rows[0]?.mark === String(schemas);
  });
  if (!isThere) {
    await create(stack, schemas);
  }
  await arrived(stack, schemas);
}

async function create(stack: StackDescription, schemas: number): Promise<void> {
  const name = quoteIdentifier(LARGE_CATALOG);
  const reader = quoteIdentifier(stack.reader.user);
  await as(stack, stack.primary, 'postgres', async admin => {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${reader}`);
  });
  const share = Math.ceil(schemas / WORKERS);
  await Promise.all(
    Array.from({ length: WORKERS }, (_, worker) =>
      as(stack, stack.primary, LARGE_CATALOG, admin =>
        admin.query(schemasDo(worker * share + 1, Math.min(schemas, (worker + 1) * share), stack.reader.user))
      )
    )
  );
  await as(stack, stack.primary, LARGE_CATALOG, async admin => {
    // As ANALYZE would have left them; the tables themselves stay empty.
    await admin.query(
      `UPDATE pg_class SET reltuples = 1000 + oid::bigint % 5000000, relpages = 10 + oid::bigint % 50000
       WHERE relkind = 'r' AND relnamespace::regnamespace::text LIKE 'area%'`
    );
    await admin.query('VACUUM ANALYZE pg_class');
    await admin.query(`COMMENT ON DATABASE ${name} IS ${quoteLiteral(String(schemas))}`);
  });
}

/**
 * One hundred relations a schema: tables of 16 or 17 columns, and among them a partitioned table with four partitions
 * and a view. Each schema is a transaction of its own, because a lock for every table of all of them is too many.
 */
function schemasDo(first: number, last: number, reader: string): string {
  return `DO $do$
    DECLARE
      nouns text[] := ${textArray(NOUNS)}; words text[] := ${textArray(WORDS)}; types text[] := ${textArray(TYPES)};
      area text; name text; key text; columns text; s int; t int;
    BEGIN
      FOR s IN ${first}..${last} LOOP
        area := 'area_' || lpad(s::text, 3, '0');
        EXECUTE format('CREATE SCHEMA %I', area);
        FOR t IN 1..${RELATIONS_PER_SCHEMA - 1} LOOP
          name := nouns[1 + t % ${NOUNS.length}] || '_' || words[1 + (s + t) % ${WORDS.length}] || '_' || t;
          key := nouns[1 + t % ${NOUNS.length}] || '_id';
          SELECT string_agg(format('%I %s', words[1 + (i + t) % ${WORDS.length}] || '_' || (s * 7 + t + i) % 1000 || '_' || i,
              types[1 + (i + t) % ${TYPES.length}]), ', ')
            INTO columns FROM generate_series(2, CASE WHEN t % 3 = 0 THEN 16 ELSE 17 END) AS i;
          IF t BETWEEN 92 AND 95 THEN
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %I.events FOR VALUES FROM (%s) TO (%s)', area, name, area, t, t + 1);
          ELSIF t = 91 THEN
            EXECUTE format('CREATE TABLE %I.events (event_id bigint, %s) PARTITION BY RANGE (event_id)', area, columns);
          ELSE
            EXECUTE format('CREATE TABLE %I.%I (%I bigint, %s)', area, name, key, columns);
          END IF;
          IF t % 10 = 0 THEN
            EXECUTE format('COMMENT ON TABLE %I.%I IS %L', area, name, 'Nightly copy number ' || s * t || ' of the warehouse');
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', area, name, key, 'Key in the source system ' || s);
          END IF;
        END LOOP;
        EXECUTE format('CREATE VIEW %I.newest_events AS SELECT * FROM %I.events', area, area);
        EXECUTE format('CREATE SEQUENCE %I.numbers', area);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${quoteIdentifier(reader)}', area);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${quoteIdentifier(reader)}', area);
        COMMIT;
      END LOOP;
    END $do$`;
}

const textArray = (values: readonly string[]): string => `ARRAY[${values.map(quoteLiteral).join(', ')}]`;

const ARRIVAL_MS = 120_000;

async function arrived(stack: StackDescription, schemas: number): Promise<void> {
  for (const until = Date.now() + ARRIVAL_MS; ;) {
    const mark = await as(stack, stack.standby, 'postgres', async admin => {
      const { rows } = await admin.query(
        "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = $1",
        [LARGE_CATALOG]
      );
      return rows[0]?.mark;
    });
    if (mark === String(schemas)) {
      return;
    }
    if (Date.now() > until) {
      throw new Error(`The standby has not got ${LARGE_CATALOG} within ${ARRIVAL_MS / 1000} s.`);
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

async function as<T>(
  stack: StackDescription,
  server: ServerAddress,
  database: string,
  work: (client: Client) => Promise<T>
): Promise<T> {
  const client = await connect(server, database, stack.admin, stack.caFile);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
