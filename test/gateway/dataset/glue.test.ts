import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetPartitionsCommand,
  GetTableCommand,
  Glue
} from '@aws-sdk/client-glue';
import { EMULATOR_KEYS, REGION } from '../../../demo/aws-emulator';
import { registerInGlue } from '../../../src/gateway/dataset/glue';
import type { Exports } from '../../../src/gateway/export';
import { BUCKET } from '../s3/emulated-s3';
import { DatasetWorld } from './dataset-world';
import { orders } from './orders';

jest.setTimeout(60_000);
const PARTITIONED = {
  partitionBy: [
    { column: 'at', part: 'month' as const },
    { column: 'status', part: null }
  ]
};
let world: DatasetWorld;
let glue: Glue;

beforeAll(async () => {
  world = await DatasetWorld.open();
  glue = new Glue({
    endpoint: world.s3.endpoint,
    region: REGION,
    credentials: {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    }
  });
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }));
}, 60_000);
afterAll(async () => {
  glue.destroy();
  await world.close();
});

const registering = (rows: number): Promise<Exports> =>
  world.exports(
    orders(rows),
    {},
    { register: (address, manifest, table) => registerInGlue(glue, address, manifest, table) }
  );

async function described(Name: string) {
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'lake', Name }));
  return Table;
}

async function partitionsOf(TableName: string): Promise<ReadonlyMap<string, string>> {
  const { Partitions } = await glue.send(new GetPartitionsCommand({ DatabaseName: 'lake', TableName }));
  return new Map(
    (Partitions ?? []).map(({ Values, StorageDescriptor }) => [
      (Values ?? []).join('|'),
      StorageDescriptor?.Location ?? ''
    ])
  );
}

test('a version becomes a table with its columns, types and partitions', async () => {
  const glued = { ...PARTITIONED, glue: { database: 'lake', table: 'orders' } };
  const status = await world.export(await registering(40), 'lake/orders', glued);
  expect(status).toMatchObject({ state: 'done', warnings: [] });
  const folder = `s3://${BUCKET}/lake/orders/v=${status.version}/`;
  expect(await described('orders')).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      classification: 'parquet',
      'jupyterlab-replica.dataset': `s3://${BUCKET}/lake/orders`,
      'jupyterlab-replica.version': status.version
    },
    PartitionKeys: [
      { Name: 'at_month', Type: 'string' },
      { Name: 'status', Type: 'string' }
    ],
    StorageDescriptor: {
      Location: folder,
      Columns: [
        { Name: 'id', Type: 'int' },
        { Name: 'at', Type: 'timestamp' },
        { Name: 'open', Type: 'boolean' },
        { Name: 'tags', Type: 'array<int>' }
      ]
    }
  });
  const partitions = await partitionsOf('orders');
  const { files } = await world.manifest('lake/orders', 1);
  const directories = new Set(
    files.map(({ path }) => `s3://${BUCKET}/lake/orders/${path.replace(/[^/]*$/, '')}`)
  );
  expect(new Set(partitions.values())).toEqual(directories);
  expect(partitions.get('2026-01|paid/open')).toBe(`${folder}at_month=2026-01/status=paid%2Fopen/`);
  expect(partitions.get('2026-01|__HIVE_DEFAULT_PARTITION__')).toMatch(/HIVE_DEFAULT_PARTITION__\/$/);
});

test('the next version takes the table over: partitions come, go and move', async () => {
  const glued = { ...PARTITIONED, glue: { database: 'lake', table: 'moving' } };
  await world.export(await registering(70), 'lake/moving', glued);
  const before = await partitionsOf('moving');
  const status = await world.export(await registering(20), 'lake/moving', glued);
  expect(status.warnings).toEqual([]);
  const after = await partitionsOf('moving');
  expect([...before.keys()].some(key => key.startsWith('2026-03'))).toBe(true);
  expect([...after.keys()].some(key => key.startsWith('2026-03'))).toBe(false);
  expect([...after.values()].every(location => location.includes(`/v=${status.version}/`))).toBe(true);
  const table = await described('moving');
  expect(table?.StorageDescriptor?.Location).toContain(`/v=${status.version}/`);
  expect(table?.Parameters?.['jupyterlab-replica.version']).toBe(status.version);
});

test('hundreds of partitions are made, updated and removed a batch at a time', async () => {
  const byDay = {
    partitionBy: [{ column: 'at', part: 'day' as const }],
    glue: { database: 'lake', table: 'daily' }
  };
  const first = await world.export(await registering(150), 'lake/daily', byDay);
  expect(first.warnings).toEqual([expect.stringContaining('138 files')]);
  expect((await partitionsOf('daily')).size).toBe(138);
  expect((await world.export(await registering(30), 'lake/daily', byDay)).warnings).toEqual([]);
  // One of them for NULL.
  expect((await partitionsOf('daily')).size).toBe(29);
});

test.each([
  ['a table that shows something else', 'taken', 'does not show'],
  ['a database that does not exist', 'orders', 'atabase']
])('%s is left alone, and the version stands', async (name, table, reason) => {
  const database = name.startsWith('a database') ? 'nowhere' : 'lake';
  if (database === 'lake') {
    const TableInput = { Name: table, Parameters: { owner: 'somebody' } };
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  const prefix = `lake/${table}-${database}`;
  const status = await world.export(await registering(3), prefix, { glue: { database, table } });
  expect(status).toMatchObject({ state: 'done', error: null, rowsWritten: 3 });
  expect(status.warnings).toEqual([
    expect.stringMatching(`^The table ${database}\\.${table} was not registered in Glue: .*${reason}`)
  ]);
  expect((await world.manifest(prefix, 1)).rows).toBe(3);
  if (database === 'lake') {
    expect((await described(table))?.Parameters).toEqual({ owner: 'somebody' });
  }
});
