import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { Exports } from '../../src/gateway/export';
import { END_OF_STREAM } from '../../src/gateway/arrow/ipc';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import type { Result } from '../../src/gateway/results/result';
import type { RowSource } from '../../src/gateway/results/row-source';
import { resultSource } from '../../src/gateway/results/result-source';
import { Engine } from '../support/engine';
import { judge } from './parquet/parquet-judges';
import { bundleWorker } from './parquet/worker-bundle';
import { BUCKET, EmulatedS3 } from './s3/emulated-s3';
import { exportRequest } from '../support/requests';
import { exportEffects } from '../support/exports';

jest.setTimeout(60_000);

const BUDGET_BYTES = 4 * 2 ** 20;
const ROWS = 600_000;
/** About 24 MB of Arrow; the planner knows the number of rows. */
const SQL = `SELECT g AS id, md5(g::text) AS hash FROM generate_series(1, ${ROWS}) g`;
/** The same, of which the planner expects a thousand rows. */
const SURPRISE = `SELECT g AS id, md5(g::text) AS hash FROM generate_series(1, (SELECT ${ROWS})) g`;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.open({ spoolBudgetBytes: BUDGET_BYTES });
});
afterAll(() => engine.close());

/** Reads all of it in order, remembering the most bytes that lay on disk meanwhile. */
async function readAll(result: Result) {
  const directory = path.dirname(engine.store.pathFor(result));
  let largest = 0;
  const look = () => {
    const sizes = readdirSync(directory).map(
      name => statSync(path.join(directory, name), { throwIfNoEntry: false })?.size ?? 0
    );
    largest = Math.max(
      largest,
      sizes.reduce((sum, size) => sum + size, 0)
    );
  };
  const messages: Uint8Array[] = [];
  await result.until(() => result.rows !== null);
  const { schemaMessage } = result.rows!;
  for await (const { message } of result.rows!.stream(new AbortController().signal)) {
    look();
    messages.push(message);
  }
  await result.until();
  const bytes = messages.reduce((sum, { length }) => sum + length, schemaMessage.length);
  return { table: tableFromIPC([schemaMessage, ...messages, END_OF_STREAM]), largest, bytes };
}

describe('a result that is larger than what may be stored', () => {
  it('reaches a reader that reads once, whole, in order, and with bounded disk', async () => {
    const result = engine.start(SQL, { readOnce: true });
    const { table, largest, bytes } = await readAll(result);
    expect(result.status()).toMatchObject({
      state: 'done',
      rows: ROWS,
      generation: 1,
      command: `SELECT ${ROWS}`,
      spoolPath: null
    });
    expect(largest).toBeLessThanOrEqual(BUDGET_BYTES);
    expect(result.status().bytes).toBe(bytes);
    const id = table.getChild('id')!;
    expect(table.numRows).toBe(ROWS);
    for (let row = 0; row < ROWS; row++) {
      if (id.get(row) !== row + 1) {
        throw new Error(`row ${row} holds ${id.get(row)}`);
      }
    }
  });

  it('is given to one reader only, since another would miss rows', async () => {
    const result = engine.start(SQL, { readOnce: true });
    await result.until(() => (result.rows?.rows ?? 0) > 0);
    const { signal } = new AbortController();
    const first = result.rows!.stream(signal);
    expect((await first.next()).value).toMatchObject({ rows: expect.any(Number) as number });
    await expect(result.rows!.stream(signal).next()).rejects.toMatchObject({ code: 'bad-request' });
    result.cancel();
    await result.until();
  });

  it('is refused to a reader that reads in any order', async () => {
    expect(await engine.run(SQL)).toMatchObject({ state: 'failed', error: { code: 'result-too-large' } });
  });

  it('keeps its row limit', async () => {
    const result = engine.start(SURPRISE, { readOnce: true, rowLimit: 400_000 });
    await result.until(() => result.status().generation === 2 && result.rows !== null);
    const { table } = await readAll(result);
    expect(table.numRows).toBe(400_000);
    expect(result.status()).toMatchObject({ state: 'done', rows: 400_000, truncated: true });
  });

  it('that nobody expected passes a reader who hands rows on, where its pace is asked for', async () => {
    const result = engine.start(SURPRISE, { readOnce: true, readersPace: true });
    result.streams++;
    const { table, largest } = await readAll(result);
    expect(table.numRows).toBe(ROWS);
    expect(largest).toBeLessThanOrEqual(BUDGET_BYTES);
    expect(result.status()).toMatchObject({ state: 'done', rows: ROWS, generation: 1, parallel: null });
  });

  it('waits for its reader in a state that a conflict with replay can end', async () => {
    const result = engine.start(`${SQL} -- waits in the window`, { readOnce: true });
    await result.until(() => (result.rows?.takenBytes ?? 0) > BUDGET_BYTES / 4);
    for (let known = -1; known !== result.status().rows; await sleep(500)) {
      known = result.status().rows;
    }
    const seen = await engine.table(
      "SELECT state, wait_event FROM pg_stat_activity WHERE query LIKE '%-- waits in the window' AND pid <> pg_backend_pid()"
    );
    expect({ ...seen.get(0)!.toJSON() }).toEqual({ state: 'idle in transaction', wait_event: 'ClientRead' });
    const { rows: before } = result.status();
    await sleep(300);
    expect(result.status().rows).toBe(before);
    result.cancel();
    await result.until();
    expect(result.status().state).toBe('cancelled');
  });

  it('is ended when its reader takes nothing for too long', async () => {
    const hasty = await Engine.open({ spoolBudgetBytes: BUDGET_BYTES, readerPauseMs: 300 });
    const result = hasty.start(SQL, { readOnce: true });
    await result.until();
    expect(result.status()).toMatchObject({ state: 'failed', error: { code: 'timeout' } });
    expect(result.status().error?.message).toContain('Nobody took rows');
    await expect(readAll(result)).rejects.toMatchObject({ code: 'timeout' });
    expect(await hasty.run('SELECT 1')).toMatchObject({ state: 'done' });
    await hasty.close();
  });

  it('goes on for as long as its reader takes rows, however slowly', async () => {
    const patient = await Engine.open({ spoolBudgetBytes: 4 * BUDGET_BYTES, readerPauseMs: 700 });
    // A part has two batches or more: the reader needs longer for it than it may pause.
    const result = patient.start(`SELECT repeat('x', 1000) FROM generate_series(1, 24000)`, {
      readOnce: true
    });
    await result.until(() => result.status().generation === 2 && result.rows !== null);
    let rows = 0;
    for await (const batch of result.rows!.stream(new AbortController().signal)) {
      rows += batch.rows;
      await sleep(450);
    }
    expect(rows).toBe(24_000);
    await patient.close();
  });

  it('has room for rows that are suddenly much larger', async () => {
    const roomy = await Engine.open({ spoolBudgetBytes: 2 * BUDGET_BYTES });
    const result = roomy.start(
      `SELECT g AS id, repeat('x', CASE WHEN g > 200000 THEN 20000 ELSE 1 END) AS text
       FROM generate_series(1, 202000) g`,
      { readOnce: true }
    );
    await result.until(() => result.status().generation === 2 && result.rows !== null);
    let rows = 0;
    try {
      for await (const batch of result.rows!.stream(new AbortController().signal)) {
        rows += batch.rows;
      }
    } finally {
      await roomy.close();
    }
    expect(rows).toBe(202_000);
  });

  it('starts over when its connection is ended while it waits', async () => {
    const result = engine.start(`${SQL} -- ended while waiting`, { readOnce: true });
    await result.until(() => (result.rows?.takenBytes ?? 0) > BUDGET_BYTES / 4);
    const first = result.rows!.stream(new AbortController().signal);
    await sleep(300);
    await engine.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%-- ended while waiting' AND pid <> pg_backend_pid()"
    );
    await expect(
      (async () => {
        for await (const { rows } of first) {
          expect(rows).toBeGreaterThan(0);
        }
      })()
    ).rejects.toMatchObject({ code: 'result-expired' });
    const { table } = await readAll(result);
    expect(table.numRows).toBe(ROWS);
    expect(result.status()).toMatchObject({ state: 'done', generation: 2 });
  });
});

/** Takes one batch, and no other before the statement has begun again. */
function pausing(source: RowSource, result: Result): RowSource['batches'] {
  return async function* (signal) {
    for await (const batch of source.batches(signal)) {
      yield batch;
      await result.until(() => result.status().generation === 2);
    }
  };
}

describe('an export of more than may be stored', () => {
  it.each([
    ['that the planner expects', SQL, 'keeps up', 1],
    ['that nobody expected, but whose rows are taken as they come,', SURPRISE, 'keeps up', 1],
    ['that nobody expected', SURPRISE, 'pauses', 2]
  ])('%s reaches S3 with every row', async (_, sql, reader, generation) => {
    const [s3, worker] = await Promise.all([EmulatedS3.start(), bundleWorker()]);
    const results: Result[] = [];
    const exports = new Exports(
      await exportEffects({
        openSource: () => {
          const result = engine.start(sql, { readOnce: true });
          results.push(result);
          const source = resultSource(result, () => engine.store.release(result.id));
          return reader === 'keeps up' ? source : { ...source, batches: pausing(source, result) };
        },
        s3: s3.client,
        encoders: new EncoderPool(worker.file, 1)
      })
    );
    const { exportId } = exports.start(
      exportRequest({ sql, bucket: BUCKET, key: 'large.parquet', origin: { kind: 'export', label: 'large' } })
    );
    let last;
    for await (const status of exports.follow(exportId)) {
      last = status;
    }
    expect(last).toMatchObject({ state: 'done', rowsWritten: ROWS, error: null });
    expect(results[0]!.status().generation).toBe(generation);
    expect((await judge(await s3.read('large.parquet'))).duckdb.rows).toBe(ROWS);
    await exports.dispose();
    await s3.stop();
    worker.remove();
  });
});
