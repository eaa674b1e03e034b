import { Int32, RecordBatch, Table, makeData, tableToIPC } from 'apache-arrow';
import { EncoderPool } from '../../../src/gateway/parquet/encoder-pool';
import { readFooter, FILE_META_DATA, integer } from '../../../src/gateway/parquet/footer';
import { bundleWorker } from './worker-bundle';

let worker: Awaited<ReturnType<typeof bundleWorker>>;
let encoders: EncoderPool;
const never = new AbortController().signal;

beforeAll(async () => {
  worker = await bundleWorker();
  encoders = new EncoderPool(worker.file, 2);
});

afterAll(async () => {
  await encoders.dispose();
  worker.remove();
});

function stream(rows: number): Uint8Array<ArrayBuffer> {
  const data = new Int32Array(rows);
  const batch = new RecordBatch({ id: makeData({ type: new Int32(), data }) });
  return Uint8Array.from(tableToIPC(new Table([batch]), 'stream'));
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}

async function rowsOf(files: AsyncIterable<Uint8Array>): Promise<number[]> {
  const rows: number[] = [];
  for await (const file of files) {
    rows.push(Number(integer(readFooter(file).metaData, FILE_META_DATA.numRows)));
  }
  return rows;
}

test('files come in the order of their streams, however long each takes', async () => {
  const sizes = [400_000, 1, 300_000, 2, 3, 200_000, 4];
  expect(await rowsOf(encoders.encodeAll(each(sizes.map(stream)), never))).toEqual(sizes);
});

test('two exports share the threads', async () => {
  const [a, b] = [Array.from({ length: 9 }, (_, n) => n + 1), Array.from({ length: 9 }, (_, n) => n + 50)];
  const both = [a, b].map(sizes => rowsOf(encoders.encodeAll(each(sizes.map(stream)), never)));
  expect(await Promise.all(both)).toEqual([a, b]);
});

test('no more streams are read than are encoded, but for the next one', async () => {
  let read = 0;
  async function* counted() {
    for (;;) {
      read++;
      yield stream(1);
    }
  }
  const files = encoders.encodeAll(counted(), never);
  await files.next();
  expect(read).toBe(3);
  await files.next();
  expect(read).toBe(4);
  await files.return();
});

test('a stream that is no Arrow fails with what the encoder says, and the next export works', async () => {
  await expect(rowsOf(encoders.encodeAll(each([Uint8Array.of(1, 2, 3)]), never))).rejects.toMatchObject({
    code: 'export-incomplete',
    message: 'The rows could not be written as Parquet.',
    body: { detail: expect.stringContaining('Ipc error'), action: expect.any(String) }
  });
  expect(await rowsOf(encoders.encodeAll(each([stream(5)]), never))).toEqual([5]);
});

test('a worker that cannot start is told, and does not end the process', async () => {
  const broken = new EncoderPool('/nowhere/row-group-worker.js', 1);
  await expect(rowsOf(broken.encodeAll(each([stream(1)]), never))).rejects.toMatchObject({
    code: 'export-incomplete',
    message: 'The Parquet encoder stopped in the middle of its work.'
  });
});

test('an abort ends the encoding with its reason', async () => {
  const abort = new AbortController();
  async function* aborting() {
    yield stream(2_000_000);
    setTimeout(() => abort.abort(new Error('enough')), 20);
  }
  await expect(rowsOf(encoders.encodeAll(aborting(), abort.signal))).rejects.toThrow('enough');
});
