import { type Data, DataType, type Decimal, Precision } from 'apache-arrow';

/** Equal for equal values of one column. */
export type Value = number | bigint | string;

export interface ValueReader {
  value(row: number): Value;
  /** As PLAIN has it. */
  bytes(row: number): number;
  /** The value, or about it, when Parquet stores it as an integer; null otherwise. */
  readonly integer: ((row: number) => number) | null;
}

/** Digits of a decimal that Parquet stores as an integer of 32 and of 64 bits. */
const DIGITS_OF_INT32 = 9;
const DIGITS_OF_INT64 = 18;
/** Of longer text the ends tell it from others. */
const TOLD_BYTES = 64;

/** Reads a column's values for measuring; null for types whose encoding is not chosen, as booleans and lists. */
export function valueReader(data: Data): ValueReader | null {
  const { type } = data;
  if (DataType.isDecimal(type)) {
    return decimals(data, type);
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return bytesReader(data);
  }
  const { values } = data;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return { value: row => values[row]!, bytes: () => 8, integer: row => Number(values[row]) };
  }
  if (DataType.isFloat(type) && type.precision !== Precision.HALF) {
    return { value: row => values[row], bytes: () => values.BYTES_PER_ELEMENT, integer: null };
  }
  return DataType.isInt(type) || DataType.isDate(type) || DataType.isTime(type)
    ? { value: row => values[row], bytes: () => 4, integer: row => values[row] }
    : null;
}

function decimals({ values }: Data, { precision }: Decimal): ValueReader {
  const bits = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const low = (row: number) => bits.getBigInt64(16 * row, true);
  if (precision <= DIGITS_OF_INT64) {
    const bytes = precision <= DIGITS_OF_INT32 ? 4 : 8;
    return { value: low, bytes: () => bytes, integer: row => Number(low(row)) };
  }
  const high = (row: number) => bits.getBigInt64(16 * row + 8, true);
  return { value: row => (high(row) << 64n) + low(row), bytes: () => 16, integer: null };
}

function bytesReader({ values, valueOffsets }: Data): ValueReader {
  const all = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const length = (row: number) => valueOffsets[row + 1] - valueOffsets[row];
  return {
    value: row => {
      const [from, to] = [valueOffsets[row], valueOffsets[row + 1]];
      return to - from <= 2 * TOLD_BYTES
        ? all.toString('latin1', from, to)
        : `${to - from} ${all.toString('latin1', from, from + TOLD_BYTES)}${all.toString('latin1', to - TOLD_BYTES, to)}`;
    },
    bytes: row => length(row) + 4,
    integer: null
  };
}
