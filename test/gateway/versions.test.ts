import { readCatalog, readColumns } from '../../src/gateway/catalog/introspect';
import { Engine } from '../support/engine';
import { MAJOR_VERSIONS, startVersion, type VersionedServer } from '../support/server-versions';

const SAMPLE = `
  CREATE TYPE colour AS ENUM ('red', 'blue');
  CREATE TABLE items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    price numeric(10,2),
    colours colour[],
    seen timestamptz,
    notes jsonb
  );
  COMMENT ON COLUMN items.price IS 'In euros.';
  CREATE VIEW cheap AS SELECT * FROM items WHERE price < 10;
  CREATE TABLE measures (day date, value float8) PARTITION BY RANGE (day);
  CREATE TABLE measures_2026 PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO items (price, colours, seen, notes)
    SELECT i / 4.0, '{red}', timestamptz '2026-01-01 00:00+00' + i * interval '1 h', '{"n": 1}'
    FROM generate_series(1, 20000) i;
  ANALYZE`;

describe.each(MAJOR_VERSIONS)('on PostgreSQL %d', version => {
  let server: VersionedServer;
  let engine: Engine;
  beforeAll(async () => {
    server = await startVersion(version);
    engine = await Engine.open(server);
    const client = await server.connect();
    await client.query(SAMPLE);
    await client.end();
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  it('is the version it should be', async () => {
    const table = await engine.table("SELECT current_setting('server_version_num')::int / 10000 AS major");
    expect(table.getChild('major')?.get(0)).toBe(version);
  });

  it('reads all rows with their types', async () => {
    const { error, rows, fields } = await engine.run('SELECT * FROM items');
    expect(error).toBeNull();
    expect(rows).toBe(20_000);
    expect(fields?.map(({ type, arrow }) => [type, arrow])).toEqual([
      ['bigint', 'Int64'],
      ['numeric(10,2)', 'Decimal[10e+2]'],
      ['colour[]', 'List<Utf8>'],
      ['timestamp with time zone', 'Timestamp<MICROSECOND, UTC>'],
      ['jsonb', 'Utf8']
    ]);
  });

  it('cuts at the row limit and estimates the rest', async () => {
    const status = await engine.run('SELECT * FROM items', { rowLimit: 100 });
    expect(status).toMatchObject({ rows: 100, truncated: true, error: null });
    expect(status.rowEstimate).toBe(20_000);
  });

  it('binds parameters', async () => {
    const table = await engine.table('SELECT count(*) AS n FROM items WHERE id <= $1 AND colours @> $2', {
      params: [10, '{red}']
    });
    expect(table.getChild('n')?.get(0)).toBe(10n);
  });

  it('stops a statement in the server', async () => {
    const result = engine.start('SELECT pg_sleep(30)');
    await result.until(() => result.status().state === 'running');
    const before = Date.now();
    result.cancel();
    await result.until();
    expect(result.status().error?.code).toBe('cancelled');
    expect(Date.now() - before).toBeLessThan(1000);
    expect((await engine.run('SELECT 1')).error).toBeNull();
  });

  it('refuses to write', async () => {
    const { error } = await engine.run('INSERT INTO items (price) VALUES (1) RETURNING id');
    expect(error).toMatchObject({ sqlstate: '25006' });
  });

  it('keeps its settings', async () => {
    const table = await engine.table(
      "SELECT current_setting('TimeZone') AS zone, current_setting('lock_timeout') AS locks, current_setting('default_transaction_read_only') AS read_only"
    );
    expect({ ...table.get(0)?.toJSON() }).toEqual({ zone: 'UTC', locks: '10s', read_only: 'on' });
  });

  it('gives the catalog', async () => {
    const session = await engine.pool.acquire(new AbortController().signal);
    try {
      await session.begin('test');
      const { schemas } = await readCatalog(session, { system: false, sequences: false }, Date.now);
      const relations = schemas.find(({ name }) => name === 'public')?.relations ?? [];
      expect(relations.map(({ name, kind }) => [name, kind])).toEqual([
        ['cheap', 'view'],
        ['items', 'table'],
        ['measures', 'partitioned-table'],
        ['measures_2026', 'table']
      ]);
      expect(relations.find(({ name }) => name === 'items')?.rowEstimate).toBe(20_000);
      const columns = await readColumns(session, 'public', 'items');
      expect(columns.map(({ name, type }) => `${name} ${type}`)).toContain('price numeric(10,2)');
      await session.end();
    } finally {
      engine.pool.release(session);
    }
  });
});
