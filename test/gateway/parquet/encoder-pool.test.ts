import { Worker } from 'node:worker_threads';
import { Int32, RecordBatch, Table, makeData, tableToIPC } from 'apache-arrow';
import { encodeSchema } from '../../../src/gateway/arrow/ipc';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import { readFooter, FILE_META_DATA, integer } from '../../../src/gateway/parquet/footer';
import { bundleWorker } from './worker-bundle';

let worker: Awaited<ReturnType<typeof bundleWorker>>;
let encoders: EncoderPool;

beforeAll(async () => {
  worker = await bundleWorker();
  encoders = new EncoderPool(worker.file, 2);
});

afterAll(async () => {
  await encoders.dispose();
  worker.remove();
});

const END_OF_STREAM_BYTES = 8;
const PARQUET = { kind: 'parquet', compression: 'zstd' } as const;
const SCHEMA = encodeSchema(batch(0).schema);

function batch(rows: number): RecordBatch {
  return new RecordBatch({ id: makeData({ type: new Int32(), data: new Int32Array(rows) }) });
}

function message(rows: number): Uint8Array {
  return tableToIPC(new Table([batch(rows)]), 'stream').slice(SCHEMA.length, -END_OF_STREAM_BYTES);
}

function rowsOf(file: Uint8Array): number {
  return Number(integer(readFooter(file).metaData, FILE_META_DATA.numRows));
}

async function encode(pool: EncoderPool, batches: readonly Uint8Array[]): Promise<number> {
  const work = pool.begin(SCHEMA, PARQUET);
  for (const batch of batches) {
    await work.add(batch);
  }
  const { encoded, rows } = await work.finish();
  expect(rowsOf(encoded)).toBe(rows);
  return rows;
}

test('a row group has the rows of all its batches', async () => {
  expect(await encode(encoders, [1, 30_000, 2, 70_000].map(message))).toBe(100_003);
});

test('a row group without batches is a file with its schema', async () => {
  expect(await encode(encoders, [])).toBe(0);
});

test('many row groups are open at a time and do not mix', async () => {
  const sizes = Array.from({ length: 40 }, (_, n) => n + 1);
  const works = sizes.map(() => encoders.begin(SCHEMA, PARQUET));
  for (let turn = 0; turn < 3; turn++) {
    await Promise.all(works.map((work, index) => work.add(message(sizes[index]!))));
  }
  const files = await Promise.all(works.map(work => work.finish()));
  expect(files.map(({ encoded }) => rowsOf(encoded))).toEqual(sizes.map(size => 3 * size));
});

test('a source that is faster than the encoder waits for it', async () => {
  const work = encoders.begin(SCHEMA, PARQUET);
  const large = message(2 ** 22);
  const handedOver = Array.from({ length: 8 }, () => work.add(large));
  const first = await Promise.race([Promise.all(handedOver), new Promise(resolve => setImmediate(resolve))]);
  expect(first).toBeUndefined();
  await Promise.all(handedOver);
  expect((await work.finish()).rows).toBe(8 * 2 ** 22);
});

test('what is no Arrow fails with what the encoder says, and the next row group works', async () => {
  await expect(encode(encoders, [Uint8Array.of(1, 2, 3)])).rejects.toMatchObject({
    code: 'export-incomplete',
    message: 'The rows could not be encoded.',
    body: { detail: expect.any(String), action: expect.any(String) }
  });
  expect(await encode(encoders, [message(5)])).toBe(5);
});

test('a batch damaged in the middle fails too, although the encoder alone would not tell', async () => {
  const batches = [message(30_000), message(30_000).fill(0xff, 8, 200), message(30_000)];
  await expect(encode(encoders, batches)).rejects.toMatchObject({ code: 'export-incomplete' });
});

test('a thread that cannot start is told, and does not end the process', async () => {
  const broken = new EncoderPool('/nowhere/row-group-worker.js', 1);
  await expect(encode(broken, [message(1)])).rejects.toMatchObject({
    code: 'export-incomplete',
    message: 'The encoder stopped in the middle of its work.'
  });
});

test('a thread that ends in the middle fails what waits for it, and the next row group has another', async () => {
  const pool = new EncoderPool(worker.file, 1);
  const work = pool.begin(SCHEMA, PARQUET);
  const large = message(2 ** 22);
  const handedOver = Promise.all(Array.from({ length: 8 }, () => work.add(large)));
  handedOver.catch(() => undefined);
  await pool.dispose();
  await expect(handedOver).rejects.toMatchObject({ code: 'export-incomplete' });
  await expect(work.finish()).rejects.toMatchObject({ code: 'export-incomplete' });
  expect(await encode(pool, [message(5)])).toBe(5);
  await pool.dispose();
});

test('what is given up ends with the reason, and leaves room for others', async () => {
  const work = encoders.begin(SCHEMA, PARQUET);
  const large = message(2 ** 22);
  const handedOver = Promise.all(Array.from({ length: 8 }, () => work.add(large)));
  work.abandon(new Error('enough'));
  await expect(handedOver).rejects.toThrow('enough');
  await expect(work.finish()).rejects.toThrow('enough');
  expect(await encode(encoders, [large, large])).toBe(2 ** 23);
});

test('a thread serves the file that comes half a minute later, and ends when none does', async () => {
  const ended = jest.spyOn(Worker.prototype, 'terminate');
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    const pool = new EncoderPool(worker.file, 1);
    for (const rows of [5, 6]) {
      const letGo = pool.retain();
      expect(await encode(pool, [message(rows)])).toBe(rows);
      letGo();
      jest.advanceTimersByTime(29_000);
      expect(ended).not.toHaveBeenCalled();
    }
    jest.advanceTimersByTime(1_000);
    expect(ended).toHaveBeenCalledTimes(1);
    await pool.dispose();
  } finally {
    jest.useRealTimers();
    ended.mockRestore();
  }
});
