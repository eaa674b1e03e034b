import { crc32 } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import type { Manifest } from '../../../src/contract/dataset';
import { ArrowSource } from '../parquet/arrow-source';
import { judge } from '../parquet/parquet-judges';
import { DatasetWorld } from './dataset-world';
import { orders } from './orders';

jest.setTimeout(60_000);
let world: DatasetWorld;

beforeAll(async () => {
  world = await DatasetWorld.open();
}, 60_000);
afterAll(() => world.close());

const BY_MONTH_AND_STATUS = [
  { column: 'at', part: 'month' },
  { column: 'status', part: null }
] as const;

async function rowsIn(prefix: string, { files }: Manifest): Promise<number> {
  let rows = 0;
  for (const { path } of files) {
    const { buffer } = Uint8Array.from(await world.s3.read(`${prefix}/${path}`));
    rows += Number(parquetMetadata(buffer).num_rows);
  }
  return rows;
}

test('a version has files below its folder and a manifest that tells everything of them', async () => {
  const exports = await world.exports(orders(100));
  const status = await world.export(
    exports,
    'plain/orders',
    {},
    { params: ['a', 'secret'], secretParams: [1] }
  );
  expect(status).toMatchObject({ state: 'done', error: null, rowsWritten: 100, files: 1, warnings: [] });
  const manifest = await world.manifest('plain/orders', 1);
  const { version } = manifest;
  expect(version).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
  expect(status).toMatchObject({
    version,
    manifest: `s3://data-science/plain/orders/_manifests/0000000001.json`,
    phase: null
  });
  expect(await world.keysBelow('plain/orders')).toEqual([
    'plain/orders/_manifests/0000000001.json',
    `plain/orders/v=${version}/part-00000.parquet`
  ]);
  expect(manifest).toMatchObject({
    mode: 'new-version',
    parent: null,
    user: 'ada',
    notebook: 'features.ipynb',
    query: { sql: 'SELECT * FROM orders', params: ['a', null], secretParams: [1] },
    rows: 100,
    partitions: []
  });
  expect(manifest.schema.map(({ name, hive }) => `${name} ${hive}`)).toEqual([
    'id int',
    'status string',
    'at timestamp',
    'open boolean',
    'tags array<int>'
  ]);
  const [file] = manifest.files;
  const object = await world.s3.read(`plain/orders/${file?.path}`);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(object));
  expect(file).toMatchObject({ rows: 100, bytes: object.length, crc32: checksum.toString('base64') });
  expect((await judge(object)).pyarrow.rows).toBe(100);
});

test('partitions are directories as Hive names them, without their column in the files', async () => {
  const exports = await world.exports(orders(62));
  expect(await world.export(exports, 'hive', { partitionBy: BY_MONTH_AND_STATUS })).toMatchObject({
    state: 'done',
    rowsRead: 62,
    rowsWritten: 62
  });
  const manifest = await world.manifest('hive', 1);
  const directories = manifest.files.map(({ path }) => path.split('/').slice(1, -1).join('/'));
  expect([...new Set(directories)].sort()).toEqual(
    [
      ...['2026-01', '2026-02', '2026-03', '__HIVE_DEFAULT_PARTITION__'].flatMap(month =>
        ['paid%2Fopen', 'a%3Db %25', '__HIVE_DEFAULT_PARTITION__', 'Zoë'].map(
          status => `at_month=${month}/status=${status}`
        )
      )
    ]
      .filter(directory => directories.includes(directory))
      .sort()
  );
  expect(new Set(manifest.files.map(({ partition }) => JSON.stringify(partition))).size).toBe(
    manifest.files.length
  );
  // '' and NULL share a directory, and the manifest keeps them apart.
  expect(manifest.files.some(({ partition }) => partition[1] === '')).toBe(true);
  expect(manifest.files.some(({ partition }) => partition[1] === null)).toBe(true);
  expect(await rowsIn('hive', manifest)).toBe(62);
  const january = manifest.files.find(
    ({ partition }) => partition[0] === '2026-01' && partition[1] === 'Zoë'
  );
  const { pyarrow } = await judge(await world.s3.read(`hive/${january?.path}`));
  expect(Object.keys(pyarrow.types)).toEqual(['id', 'at', 'open', 'tags']);
  expect(pyarrow.values.map(({ id }) => id)).toEqual(['4', '9', '14', '19', '24', '29']);
  expect(pyarrow.values.map(({ tags }) => tags)).toEqual(['[]', '[0]', '[0, 1]', '[0, 1, 2]', '[]', '[0]']);
});

test('an append has the rows of the version before and its own, and leaves that one as it is', async () => {
  const partitionBy = [{ column: 'at', part: 'year' }] as const;
  await world.export(await world.exports(orders(10)), 'grown', { partitionBy });
  const first = await world.manifest('grown', 1);
  const status = await world.export(await world.exports(orders(5, 10)), 'grown', {
    mode: 'append',
    partitionBy
  });
  expect(status).toMatchObject({ state: 'done', rowsWritten: 5 });
  const second = await world.manifest('grown', 2);
  expect(second).toMatchObject({ parent: first.version, rows: 15, mode: 'append' });
  expect(second.files.every(({ path }) => path.startsWith(`v=${second.version}/`))).toBe(true);
  expect(second.files.filter(({ copiedFrom }) => copiedFrom).length).toBe(first.files.length);
  expect(await rowsIn('grown', second)).toBe(15);
  expect(await rowsIn('grown', first)).toBe(10);
});

test('replaced partitions have only the new rows, and the others stay', async () => {
  const partitionBy = [{ column: 'at', part: 'month' }] as const;
  await world.export(await world.exports(orders(59)), 'replaced', { partitionBy });
  // Days of February alone.
  await world.export(await world.exports(orders(3, 33)), 'replaced', {
    mode: 'replace-partitions',
    partitionBy
  });
  const manifest = await world.manifest('replaced', 2);
  const rows = new Map<string, number>();
  manifest.files.forEach(file =>
    rows.set(String(file.partition), (rows.get(String(file.partition)) ?? 0) + file.rows)
  );
  expect(Object.fromEntries(rows)).toEqual({ '2026-01': 29, '2026-02': 3, '': 5 });
  expect(await rowsIn('replaced', manifest)).toBe(manifest.rows);
});

test('other columns or partitions cannot be appended, and the message names the first difference', async () => {
  await world.export(await world.exports(orders(3)), 'strict');
  const other = orders(3).select(['id', 'status']);
  const status = await world.export(await world.exports(other), 'strict', { mode: 'append' });
  expect(status).toMatchObject({
    state: 'failed',
    error: {
      code: 'dataset-mismatch',
      message:
        'The rows cannot join the newest version of s3://data-science/strict: it has 5 columns, and this export 2.'
    }
  });
  const partitioned = await world.export(await world.exports(orders(3)), 'strict', {
    mode: 'append',
    partitionBy: [{ column: 'at', part: 'day' }]
  });
  expect(partitioned.error?.message).toContain('it is partitioned by nothing, and this export by at_day');
  expect((await world.keysBelow('strict')).length).toBe(2);
});

test.each([
  [[{ column: 'at', part: null }], 'bad-request', 'microsecond'],
  [[{ column: 'tags', part: null }], 'bad-request', 'do not name directories'],
  [[{ column: 'id', part: 'month' }], 'bad-request', 'no date or timestamp'],
  [[{ column: 'nothing', part: null }], 'bad-request', 'no column nothing'],
  [
    [
      { column: 'id', part: null },
      { column: 'id', part: null }
    ],
    'dataset-mismatch',
    'called id'
  ]
] as const)('partitions by %j are refused', async (partitionBy, code, words) => {
  const status = await world.export(await world.exports(orders(3)), 'refused', { partitionBy });
  expect(status).toMatchObject({ state: 'failed', error: { code } });
  expect(status.error?.message).toContain(words);
  expect(await world.keysBelow('refused')).toEqual([]);
});

test('a result without rows is a version with its columns', async () => {
  const none = new ArrowSource(orders(1).schema, []);
  expect(await world.export(await world.exports(none), 'empty')).toMatchObject({
    state: 'done',
    error: null
  });
  const manifest = await world.manifest('empty', 1);
  expect(manifest).toMatchObject({ rows: 0, files: [{ rows: 0 }] });
  expect((await judge(await world.s3.read(`empty/${manifest.files[0]?.path}`))).pyarrow.types).toMatchObject({
    id: 'int32'
  });
});

test('files end at about the size that was asked for', async () => {
  const [batch] = orders(20_000).batches;
  const many = new ArrowSource(
    orders(1).schema,
    Array.from({ length: 12 }, () => batch!)
  );
  await world.export(await world.exports(many), 'sized', { targetFileBytes: 400_000 });
  const manifest = await world.manifest('sized', 1);
  expect(manifest.rows).toBe(240_000);
  expect(manifest.files.length).toBeGreaterThan(1);
});

test('of two writers that commit at once each gets a version, and nothing is lost', async () => {
  await world.export(await world.exports(orders(10)), 'raced');
  const all = await Promise.all(
    [10, 20, 30].map(async from =>
      world.export(await world.exports(orders(7, from)), 'raced', { mode: 'append' })
    )
  );
  expect(all.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  const newest = await world.manifest('raced', 4);
  expect(newest.rows).toBe(31);
  expect(await rowsIn('raced', newest)).toBe(31);
  const inFolder = (await world.keysBelow('raced')).filter(key => key.includes(newest.version));
  expect(inFolder.length).toBe(newest.files.length);
});

test('two that replace the same partition cannot both win', async () => {
  const partitionBy = [{ column: 'at', part: 'month' }] as const;
  await world.export(await world.exports(orders(20)), 'contested', { partitionBy });
  const all = await Promise.all(
    [1, 2].map(async rows =>
      world.export(await world.exports(orders(rows)), 'contested', {
        mode: 'replace-partitions',
        partitionBy
      })
    )
  );
  expect(all.map(({ error }) => error?.code ?? 'done').sort()).toEqual(['dataset-conflict', 'done']);
  const loser = all.find(({ state }) => state === 'failed');
  expect(loser?.error?.message).toContain('Somebody else wrote the partition ["2026-01"]');
  const manifests = (await world.keysBelow('contested')).filter(key => key.includes('_manifests'));
  expect(manifests.length).toBe(2);
});

test('retention deletes what is beyond it, never the newest and nothing beside', async () => {
  await world.export(await world.exports(orders(1)), 'kept-beside');
  for (let version = 1; version <= 4; version++) {
    await world.export(
      await world.exports(orders(version)),
      'kept',
      version === 4 ? { retain: { versions: 2, days: null } } : {}
    );
  }
  expect((await world.keysBelow('kept')).filter(key => key.includes('_manifests'))).toEqual([
    'kept/_manifests/0000000003.json',
    'kept/_manifests/0000000004.json'
  ]);
  expect((await world.keysBelow('kept')).length).toBe(4);
  await world.export(await world.exports(orders(5), { now: () => Date.now() + 100 * 86_400_000 }), 'kept', {
    retain: { versions: null, days: 30 }
  });
  expect((await world.keysBelow('kept')).length).toBe(2);
  expect((await world.keysBelow('kept-beside')).length).toBe(2);
});

test.each([
  { versions: 0, days: null },
  { versions: 1, days: 0 },
  { versions: null, days: 0 }
])('the newest version stays when %j are to be kept', async retain => {
  const prefix = `newest-stays-${retain.versions}-${retain.days}`;
  await world.export(await world.exports(orders(1)), prefix);
  const later = await world.exports(orders(2), { now: () => Date.now() + 1_000 });
  const { version } = await world.export(later, prefix, { retain });
  const keys = await world.keysBelow(prefix);
  expect(keys).toHaveLength(2);
  expect(keys.filter(key => key.includes(`v=${version}/`))).toHaveLength(1);
});
