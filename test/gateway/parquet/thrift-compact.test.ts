import { readStruct } from '../../../src/gateway/parquet/thrift-reader';
import { writeStruct } from '../../../src/gateway/parquet/thrift-writer';

/** Bytes written by hand after the specification of the compact protocol. */
const cases: readonly (readonly [string, readonly number[]])[] = [
  ['nothing', [0x00]],
  ['booleans in fields', [0x11, 0x12, 0x00]],
  [
    'the largest and the smallest i64',
    [0x16, 0xfe, ...Array<number>(8).fill(0xff), 0x01, 0x16, 0xff, ...Array<number>(8).fill(0xff), 0x01, 0x00]
  ],
  ['an i8 and a double', [0x13, 0x80, 0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0x00]],
  ['text', [0x18, 0x03, 0x50, 0x41, 0x52, 0x00]],
  ['a field far from the one before it', [0x15, 0x02, 0x05, 0xd0, 0x0f, 0x02, 0x00]],
  ['a short list of booleans', [0x19, 0x22, 0x01, 0x02, 0x00]],
  ['a list of twenty i32', [0x19, 0xf5, 0x14, ...Array<number>(20).fill(0x02), 0x00]],
  ['a map of text to a struct', [0x1b, 0x01, 0x8c, 0x01, 0x61, 0x15, 0x04, 0x00, 0x00]],
  ['an empty map', [0x1b, 0x00, 0x00]],
  ['structs in structs', [0x1c, 0x1c, 0x16, 0x02, 0x00, 0x15, 0x02, 0x00, 0x00]]
];

test.each(cases)('%s is written as it was read', (_, bytes) => {
  expect([...writeStruct(readStruct(Uint8Array.from(bytes)))]).toEqual(bytes);
});

test('integers keep every digit', () => {
  const extremes = Uint8Array.from(cases[2]![1]);
  expect([...readStruct(extremes).fields.values()]).toEqual([
    { type: 6, value: 2n ** 63n - 1n },
    { type: 6, value: -(2n ** 63n) }
  ]);
});

test.each([[[0x15]], [[0x18, 0x05, 0x61]], [[0x19, 0x35, 0x02]], [[]]])(
  'bytes that end early are refused: %j',
  bytes => {
    expect(() => readStruct(Uint8Array.from(bytes))).toThrow('Thrift bytes end early');
  }
);

test('a type that the protocol does not have is refused', () => {
  expect(() => readStruct(Uint8Array.of(0x1f, 0x00))).toThrow('Thrift type 15');
});
