import { benchSample, targets } from '../../../bench/sample';
import { Engine } from '../../support/engine';
import { judge } from '../../support/judge';
import { ParquetOf } from '../../support/parquet-of';
import { startVersion, type VersionedServer } from '../../support/server-versions';

const SCALE = 0.005;
let server: VersionedServer;
let engine: Engine;
let parquet: ParquetOf;

beforeAll(async () => {
  [server, parquet] = await Promise.all([startVersion(18), ParquetOf.start()]);
  engine = await Engine.open(server);
  const client = await server.connect();
  await benchSample(SCALE).load(client);
  await client.end();
});

afterAll(async () => {
  await Promise.all([engine.close(), parquet.stop()]);
  await server.stop();
});

test('every table of the benchmark is in Parquet row for row as psycopg reads it', async () => {
  const tables = targets(SCALE);
  const statements = tables.map(({ table }) => `SELECT * FROM ${table}`);
  const verdicts = await judge(engine, statements, server.credentials, server.caFile, parquet.result);
  expect(verdicts.map(({ rows, differences }) => ({ rows, differences }))).toEqual(
    tables.map(({ rows }) => ({ rows, differences: [] }))
  );
});
