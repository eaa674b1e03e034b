import { open } from 'node:fs/promises';
import { tableFromIPC } from 'apache-arrow';
import { readPage } from '../../../src/gateway/results/page';
import { Engine, readAll } from '../../support/engine';

jest.setTimeout(60_000);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open();
});
afterAll(() => engine.close());

async function spoolOf(sql: string) {
  const result = engine.start(sql);
  await result.until();
  expect(result.status().error).toBeNull();
  return result.spool!;
}

describe('a page', () => {
  it('has the rows asked for, over the borders of batches, and none beyond the end', async () => {
    const spool = await spoolOf('SELECT g FROM generate_series(1, 100000) g');
    for (const { firstRow } of spool.batches.slice(1)) {
      const page = tableFromIPC(await readPage(spool, firstRow - 3, 6));
      expect(page.getChildAt(0)!.toJSON()).toEqual([-2, -1, 0, 1, 2, 3].map(row => firstRow + row));
    }
    expect(tableFromIPC(await readPage(spool, 99_999, 10)).numRows).toBe(1);
    expect(tableFromIPC(await readPage(spool, 100_000, 10)).numRows).toBe(0);
  });

  it('is read without anything before it', async () => {
    const spool = await spoolOf('SELECT g FROM generate_series(1, 300000) g');
    const last = spool.batches.at(-1)!;
    const file = await open(spool.path, 'r+');
    await file.write(Buffer.alloc(last.offset, 0xff), 0, last.offset, 0);
    await file.close();
    const page = tableFromIPC(await readPage(spool, last.firstRow + 5, 3));
    expect(page.getChildAt(0)!.toJSON()).toEqual([6, 7, 8].map(row => last.firstRow + row));
    await expect(readPage(spool, last.firstRow - 1, 3)).rejects.toThrow();
  });

  it('is cut by bytes, and goes on where it was cut', async () => {
    const spool = await spoolOf("SELECT g, repeat('x', 10000) FROM generate_series(1, 3000) g");
    const room = 2 ** 20;
    const seen: number[] = [];
    while (seen.length < 3000) {
      const bytes = await readPage(spool, seen.length, 3000, room);
      expect(bytes.length).toBeLessThan(1.1 * room);
      seen.push(...(tableFromIPC(bytes).getChildAt(0)!.toJSON() as number[]));
    }
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, row) => row + 1));
  });

  it('has at least one row, however large', async () => {
    const spool = await spoolOf("SELECT repeat('x', 5000000) AS x FROM generate_series(1, 3)");
    const page = tableFromIPC(await readPage(spool, 1, 3, 2 ** 20));
    expect(page.numRows).toBe(1);
    expect(String(page.getChild('x')!.get(0))).toHaveLength(5_000_000);
  });
});

describe('batches', () => {
  it('are small at first and then grow', async () => {
    const { batches } = await spoolOf('SELECT generate_series(1, 400000)');
    const rows = batches.map(batch => batch.rows);
    expect(rows[0]).toBeLessThanOrEqual(2_048);
    expect(rows.slice(0, 4)).toEqual(rows.slice(0, 4).sort((a, b) => a - b));
    expect(Math.max(...rows)).toBeGreaterThanOrEqual(65_536);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(400_000);
  });

  it('are cut by bytes too', async () => {
    const { batches } = await spoolOf("SELECT repeat('x', 1000000) FROM generate_series(1, 200)");
    expect(batches.length).toBeGreaterThan(2);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThan(80 * 2 ** 20);
  });

  it('hold a value of 60 MB', async () => {
    const table = await engine.table("SELECT 1 AS n, repeat('abc', 20000000) AS long");
    expect(String(table.getChild('long')!.get(0))).toHaveLength(60_000_000);
  });

  it('hold 1,600 columns, every value in its place', async () => {
    const columns = Array.from({ length: 1_600 }, (_, n) => `g + ${n} AS c${n}`).join(', ');
    const table = await engine.table(`SELECT ${columns} FROM generate_series(1, 300) g`);
    expect(table.numRows).toBe(300);
    for (const column of [0, 1, 799, 1_599]) {
      expect(table.getChildAt(column)!.get(299)).toBe(300 + column);
    }
  });

  it('are none for a result without rows, which still has its columns', async () => {
    const result = engine.start('SELECT 1 AS a, NULL::text AS b WHERE false');
    await result.until();
    expect(result.spool!.batches).toEqual([]);
    const table = await readAll(result);
    expect([table.numRows, table.schema.names]).toEqual([0, ['a', 'b']]);
  });
});
