import { Int32, RecordBatch, Table, makeData, tableFromIPC, tableToIPC } from 'apache-arrow';
import path from 'node:path';
import { ParquetCodec } from '../../../src/gateway/parquet/parquet-codec';
import { writerProperties } from '../../../src/gateway/parquet/writer-properties';

const codec = new ParquetCodec(path.resolve('parquet-codec/parquet_codec.wasm'));
const ZSTD = writerProperties([], 'zstd');

function streamOf(from: number, count: number): Uint8Array {
  const data = Int32Array.from({ length: count }, (_, n) => from + n);
  return tableToIPC(new Table([new RecordBatch({ id: makeData({ type: new Int32(), data }) })]), 'stream');
}

function idsOf(stream: Uint8Array): readonly number[] {
  return [...tableFromIPC(stream).getChild('id')!] as number[];
}

function parquetOf(...streams: readonly Uint8Array[]): Uint8Array {
  const rowGroup = codec.openRowGroup(streams[0]!, ZSTD);
  streams.forEach(stream => rowGroup.add(stream));
  return rowGroup.finish().encoded;
}

test('batches of several row groups at a time are read back as they were', () => {
  const [odd, even] = [codec.openRowGroup(streamOf(0, 0), ZSTD), codec.openRowGroup(streamOf(0, 0), ZSTD)];
  for (let from = 0; from < 40_000; from += 20_000) {
    odd.add(streamOf(from + 1, 10_000));
    even.add(streamOf(from, 20_000));
  }
  const [ofOdd, ofEven] = [odd.finish(), even.finish()];
  expect([ofOdd.rows, ofEven.rows]).toEqual([20_000, 40_000]);
  expect(idsOf(codec.firstRows(ofEven.encoded, 50_000))).toEqual(Array.from({ length: 40_000 }, (_, n) => n));
  expect(idsOf(codec.firstRows(ofOdd.encoded, 3))).toEqual([1, 2, 3]);
});

test('no more rows are read than are asked for, or than there are', () => {
  const file = parquetOf(streamOf(7, 5));
  expect(idsOf(codec.firstRows(file, 2))).toEqual([7, 8]);
  expect(idsOf(codec.firstRows(file, 100))).toHaveLength(5);
});

test('an output that is larger than expected arrives whole', () => {
  const rows = 300_000;
  const read = idsOf(codec.firstRows(parquetOf(streamOf(0, rows)), rows));
  expect(read.length).toBe(rows);
  expect(read.every((id, index) => id === index)).toBe(true);
});

test.each([
  ['what is no Arrow', () => codec.openRowGroup(Uint8Array.of(1, 2, 3), ZSTD)],
  ['an empty stream', () => codec.openRowGroup(new Uint8Array(0), ZSTD)],
  ['a codec that does not exist', () => codec.openRowGroup(streamOf(0, 1), Uint8Array.of(99))],
  ['an encoding that does not exist', () => codec.openRowGroup(streamOf(0, 1), Uint8Array.of(6, 0, 99))],
  ['what is no Parquet', () => codec.firstRows(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 1)],
  ['a file cut in the middle', () => codec.firstRows(parquetOf(streamOf(0, 1_000)).subarray(0, 200), 1)]
])('%s is refused with a reason, and what comes next works', (_, work) => {
  expect(work).toThrow(/\w+/);
  expect(idsOf(codec.firstRows(parquetOf(streamOf(3, 1)), 1))).toEqual([3]);
});

test('a batch that is cut short fails its row group and no other', () => {
  const [broken, whole] = [
    codec.openRowGroup(streamOf(0, 0), ZSTD),
    codec.openRowGroup(streamOf(0, 0), ZSTD)
  ];
  expect(() => broken.add(streamOf(0, 1_000).subarray(0, 700))).toThrow(/\w+/);
  broken.abandon();
  whole.add(streamOf(0, 10));
  expect(whole.finish().rows).toBe(10);
});

test('a row group that is closed takes nothing more', () => {
  const rowGroup = codec.openRowGroup(streamOf(0, 0), ZSTD);
  rowGroup.abandon();
  rowGroup.abandon();
  expect(() => rowGroup.add(streamOf(0, 1))).toThrow('closed');
  expect(() => rowGroup.finish()).toThrow('closed');
});

test('memory that is exhausted ends what was open with a reason; what comes next has memory anew', () => {
  const lost = codec.openRowGroup(streamOf(0, 0), ZSTD);
  expect(() => codec.firstRows(new Uint8Array(2 ** 31), 1)).toThrow(/capacity overflow|memory|allocation/i);
  expect(() => lost.add(streamOf(0, 1))).toThrow('The encoder was stopped');
  lost.abandon();
  expect(idsOf(codec.firstRows(parquetOf(streamOf(5, 1)), 1))).toEqual([5]);
});

test('a row group that is abandoned gives its memory back', () => {
  const stream = streamOf(0, 200_000);
  const once = () => {
    const rowGroup = codec.openRowGroup(stream, ZSTD);
    rowGroup.add(stream);
    rowGroup.abandon();
  };
  once();
  const before = codec.memoryBytes;
  for (let turn = 0; turn < 30; turn++) {
    once();
  }
  expect(codec.memoryBytes).toBe(before);
});
