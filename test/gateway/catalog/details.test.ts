import type { RelationDetails } from '../../../src/contract/relation-details';
import { readDetails } from '../../../src/gateway/catalog/details';
import { Engine } from '../../support/engine';
import { withSchema } from './shelf';

let engine: Engine;
let made: Awaited<ReturnType<typeof withSchema>>;

beforeAll(async () => {
  made = await withSchema('depot', (schema, reader) => [
    `SET search_path TO ${schema}`,
    'CREATE TABLE part (maker int, code text, parent_maker int, parent_code text, UNIQUE (code), PRIMARY KEY (maker, code), CONSTRAINT in_itself FOREIGN KEY (parent_maker, parent_code) REFERENCES part, CHECK (maker > 0))',
    "COMMENT ON TABLE part IS 'What is in the depot'",
    'CREATE INDEX part_lower ON part (lower(code)) WHERE maker > 1',
    'CREATE TABLE stock (part_code text, part_maker int, FOREIGN KEY (part_maker, part_code) REFERENCES part (maker, code))',
    'CREATE VIEW cheap AS SELECT code FROM part WHERE maker < 10',
    'CREATE TABLE moves (at date NOT NULL, count int) PARTITION BY RANGE (at)',
    "CREATE TABLE moves_old PARTITION OF moves FOR VALUES FROM (MINVALUE) TO ('2026-01-01')",
    'CREATE TABLE moves_rest PARTITION OF moves DEFAULT',
    `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${reader}`
  ]);
  engine = await Engine.open();
});
afterAll(async () => {
  await engine.close();
  await made.drop();
});

async function detailsOf(relation: string): Promise<RelationDetails> {
  const session = await engine.pool.acquire(new AbortController().signal);
  try {
    await session.begin('test');
    return await readDetails(session, 'depot', relation);
  } finally {
    await session.end();
    engine.pool.release(session);
  }
}

describe('the details of a table', () => {
  it('hold its keys, with the columns in the order of the key', async () => {
    const { keys, checks, comment, owner } = await detailsOf('part');
    expect(keys).toMatchObject([
      { kind: 'primary', columns: ['maker', 'code'] },
      { kind: 'unique', columns: ['code'] }
    ]);
    expect(checks.map(({ definition }) => definition)).toEqual(['CHECK (maker > 0)']);
    expect([comment, owner]).toEqual(['What is in the depot', made.owner.user]);
  });

  it('hold foreign keys from both ends, and those to itself at both', async () => {
    const stock = await detailsOf('stock');
    expect(stock.foreignKeys).toMatchObject([
      {
        columns: ['part_maker', 'part_code'],
        other: { schema: 'depot', relation: 'part' },
        otherColumns: ['maker', 'code']
      }
    ]);
    const part = await detailsOf('part');
    expect(part.foreignKeys.map(({ name }) => name)).toEqual(['in_itself']);
    expect(part.referencedBy).toMatchObject([
      {
        columns: ['maker', 'code'],
        other: { relation: 'part' },
        otherColumns: ['parent_maker', 'parent_code']
      },
      { columns: ['maker', 'code'], other: { relation: 'stock' }, otherColumns: ['part_maker', 'part_code'] }
    ]);
  });

  it('hold its indexes with definition, size and use', async () => {
    const { indexes, tableBytes, indexBytes } = await detailsOf('part');
    expect(indexes.map(({ primary, unique }) => [primary, unique])).toEqual([
      [true, true],
      [false, true],
      [false, false]
    ]);
    const partial = indexes.find(({ name }) => name === 'part_lower');
    expect(partial?.definition).toMatch(/lower\(code\)\) WHERE \(maker > 1\)$/);
    expect(partial).toMatchObject({ valid: true, scans: 0 });
    expect(partial?.sizeBytes).toBeGreaterThan(0);
    expect(indexBytes).toBeGreaterThan(0);
    expect(tableBytes).not.toBeNull();
  });
});

it('the details of a view hold its query', async () => {
  const { definition, tableBytes, indexes } = await detailsOf('cheap');
  expect(definition).toMatch(/FROM (depot\.)?part\s+WHERE maker < 10;/);
  expect([tableBytes, indexes]).toEqual([null, []]);
});

it('the details of a partitioned table hold its key, and each partition with its bounds', async () => {
  const parent = await detailsOf('moves');
  expect(parent.partitionKey).toBe('RANGE (at)');
  expect(parent.partitions.map(({ name, bounds }) => [name, bounds])).toEqual([
    ['moves_old', "FOR VALUES FROM (MINVALUE) TO ('2026-01-01')"],
    ['moves_rest', 'DEFAULT']
  ]);
  expect(await detailsOf('moves_old')).toMatchObject({
    partitionOf: { schema: 'depot', relation: 'moves' },
    bounds: "FOR VALUES FROM (MINVALUE) TO ('2026-01-01')"
  });
});
