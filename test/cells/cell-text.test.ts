import {
  Binary,
  Bool,
  Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int64,
  List,
  makeBuilder,
  Null,
  Table,
  tableFromIPC,
  tableToIPC,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
  Vector
} from 'apache-arrow';
import fc from 'fast-check';
import { cellText } from '../../src/cells/cell-text';

type Texts = (string | null)[];

/** How values look that apache-arrow laid out and sent through Arrow IPC. */
function texts(type: DataType, values: readonly unknown[]): Texts {
  const builder = makeBuilder({ type, nullValues: [null] });
  values.forEach(value => builder.append(value));
  return received(builder.finish().flush());
}

/** The same for the buffer's own numbers, where apache-arrow's setters would lose some. */
function textsOfBuffer(
  type: DataType,
  buffer: BigInt64Array | Int32Array | Uint32Array,
  length: number
): Texts {
  return received(new Data(type, 0, length, 0, { 1: buffer }));
}

function received(data: Data): Texts {
  const column = tableFromIPC(tableToIPC(new Table({ column: new Vector([data]) }))).getChildAt(0)!;
  return column.data.flatMap(chunk => Array.from({ length: chunk.length }, (_, row) => cellText(chunk, row)));
}

const micros = (...values: bigint[]) => BigInt64Array.from(values);

it('keeps every digit of integers, and NULL apart from text', () => {
  expect(texts(new Int64(), [9007199254740993n, -9223372036854775808n, null, 0n])).toEqual([
    '9007199254740993',
    '-9223372036854775808',
    null,
    '0'
  ]);
  expect(texts(new Int16(), [-32768, 32767])).toEqual(['-32768', '32767']);
  expect(texts(new Utf8(), ['NULL', '', 'größe 😀', null])).toEqual(['NULL', '', 'größe 😀', null]);
});

it('writes decimals exactly, with their whole scale', () => {
  // Two's complement, least word first: 1204118.20, -0.05, 0.00, 38 nines.
  const words = [120411820n, -5n, 0n, 10n ** 38n - 1n].flatMap(value =>
    [0n, 32n, 64n, 96n].map(shift => Number(BigInt.asUintN(32, value >> shift)))
  );
  expect(textsOfBuffer(new Decimal(2, 38), Uint32Array.from(words), 4)).toEqual([
    '1204118.20',
    '-0.05',
    '0.00',
    `${'9'.repeat(36)}.99`
  ]);
  expect(textsOfBuffer(new Decimal(0, 12), Uint32Array.from(words.slice(0, 4)), 1)).toEqual(['120411820']);
});

it('writes floats with the digits PostgreSQL writes', () => {
  expect(
    texts(new Float64(), [
      0.1,
      1e15,
      123456789012345,
      1e-5,
      0.0001,
      1.5e300,
      -2.5,
      0,
      -0,
      NaN,
      Infinity,
      -Infinity
    ])
  ).toEqual([
    '0.1',
    '1e+15',
    '123456789012345',
    '1e-05',
    '0.0001',
    '1.5e+300',
    '-2.5',
    '0',
    '-0',
    'NaN',
    'Infinity',
    '-Infinity'
  ]);
  expect(texts(new Float32(), [0.1, 16777216, 3.4028234663852886e38, 123456, 1.17549435e-38])).toEqual([
    '0.1',
    '1.6777216e+07',
    '3.4028235e+38',
    '123456',
    '1.1754944e-38'
  ]);
});

it('reads any float back from its text', () => {
  fc.assert(fc.property(fc.double(), value => Object.is(Number(texts(new Float64(), [value])[0]), value)));
  fc.assert(
    fc.property(fc.float(), value => Object.is(Math.fround(Number(texts(new Float32(), [value])[0])), value))
  );
});

it('writes booleans, also across the first eight', () => {
  const values = [true, false, null, true, true, false, false, true, true, false];
  expect(texts(new Bool(), values)).toEqual(values.map(value => (value === null ? null : String(value))));
});

it('writes timestamps to the microsecond', () => {
  const times = micros(0n, 1767268800123456n, -1n, 1767268800500000n);
  expect(textsOfBuffer(new TimestampMicrosecond(), times, 4)).toEqual([
    '1970-01-01 00:00:00',
    '2026-01-01 12:00:00.123456',
    '1969-12-31 23:59:59.999999',
    '2026-01-01 12:00:00.5'
  ]);
});

it('marks UTC on timestamps with time zone', () => {
  expect(textsOfBuffer(new TimestampMicrosecond('UTC'), micros(1767268800000000n), 1)).toEqual([
    '2026-01-01 12:00:00+00'
  ]);
});

it('writes infinite, far and ancient timestamps', () => {
  const day = 86_400_000_000n;
  const times = micros(2n ** 63n - 1n, -(2n ** 63n), -719_162n * day, -719_163n * day, 2_932_897n * day);
  expect(textsOfBuffer(new TimestampMicrosecond('UTC'), times, 5)).toEqual([
    'infinity',
    '-infinity',
    '0001-01-01 00:00:00+00',
    '0001-12-31 00:00:00+00 BC',
    '10000-01-01 00:00:00+00'
  ]);
});

it('reads the unit of a timestamp from its type', () => {
  expect(textsOfBuffer(new TimestampSecond(), micros(86_399n), 1)).toEqual(['1970-01-01 23:59:59']);
  expect(textsOfBuffer(new TimestampNanosecond(), micros(1n), 1)).toEqual(['1970-01-01 00:00:00.000000001']);
});

it('writes dates, infinite and ancient ones too', () => {
  const days = Int32Array.from([20454, 0, -719_529, 2 ** 31 - 1, -(2 ** 31), 11016]);
  expect(textsOfBuffer(new DateDay(), days, 6)).toEqual([
    '2026-01-01',
    '1970-01-01',
    '0002-12-31 BC',
    'infinity',
    '-infinity',
    '2000-02-29'
  ]);
});

it('agrees with Date on every day that Date knows', () => {
  fc.assert(
    fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), days => {
      const [text] = textsOfBuffer(new DateDay(), Int32Array.from([days]), 1);
      expect(text).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
    })
  );
});

it('writes times of day, midnight at the end of a day too', () => {
  const times = micros(0n, 86_400_000_000n, 45_296_789_000n);
  expect(textsOfBuffer(new TimeMicrosecond(), times, 3)).toEqual(['00:00:00', '24:00:00', '12:34:56.789']);
});

it('writes bytes in hex', () => {
  expect(texts(new Binary(), [Uint8Array.of(0xde, 0xad, 0, 0x0f), Uint8Array.of(), null])).toEqual([
    '\\xdead000f',
    '\\x',
    null
  ]);
});

it('writes arrays as PostgreSQL does', () => {
  const words = new List(new Field('item', new Utf8()));
  expect(texts(words, [['a', 'b c', '', 'null', '"\\', null, '{x}', 'a,b'], [], null])).toEqual([
    '{a,"b c","","null","\\"\\\\",NULL,"{x}","a,b"}',
    '{}',
    null
  ]);
  const nested = new List(new Field('item', new List(new Field('item', new Int16()))));
  expect(texts(nested, [[[1, 2], [], [3]]])).toEqual(['{{1,2},{},{3}}']);
  const instants = new List(new Field('item', new DateDay()));
  expect(texts(instants, [[new Date('2026-01-01')]])).toEqual(['{2026-01-01}']);
});

it('shows a column of nothing but NULL', () => {
  expect(cellText(new Data(new Null(), 0, 2, 2), 1)).toBeNull();
});
