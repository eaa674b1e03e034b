import { type Data, DataType, Precision, TimeUnit, Vector } from 'apache-arrow';
import { decimalText, float32Text, float64Text, integerOfWords } from './number-text';
import { dateText, timestampText, timeText } from './time-text';

type Format = (data: Data, index: number) => string;

/** A cell as PostgreSQL would write it, every digit kept; null for NULL. */
export function cellText(data: Data, index: number): string | null {
  return textOf(data)(index);
}

/** The texts of a column's cells. */
export function textOf(data: Data): (index: number) => string | null {
  if (DataType.isNull(data.type)) {
    return () => null;
  }
  const format = formatOf(data.type);
  return index => (data.getValid(index) ? format(data, index) : null);
}

function formatOf(type: DataType): Format {
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return utf8;
  if (DataType.isInt(type)) return integer;
  if (DataType.isDecimal(type)) return decimal(type.scale);
  if (DataType.isFloat(type)) return type.precision === Precision.SINGLE ? float32 : float64;
  if (DataType.isBool(type)) return bool;
  if (DataType.isTimestamp(type)) return timestamp(type.unit, type.timezone);
  if (DataType.isDate(type)) return date;
  if (DataType.isTime(type)) return time(type.unit);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return binary;
  if (DataType.isList(type)) return list;
  return anything;
}

const decoder = new TextDecoder();

function bytes(data: Data, index: number): Uint8Array {
  return data.values.subarray(Number(data.valueOffsets[index]), Number(data.valueOffsets[index + 1]));
}

const utf8: Format = (data, index) => decoder.decode(bytes(data, index));

const integer: Format = (data, index) => String(data.values[index]);

const float32: Format = (data, index) => float32Text(data.values[index]);

const float64: Format = (data, index) => float64Text(data.values[index]);

const decimal =
  (scale: number): Format =>
  (data, index) => {
    const words = data.values.subarray(index * data.stride, (index + 1) * data.stride);
    return decimalText(integerOfWords(words), scale);
  };

const bool: Format = (data, index) => {
  const bit = data.offset + index;
  return String(((data.values[bit >> 3] >> (bit & 7)) & 1) === 1);
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const binary: Format = (data, index) => {
  let text = '\\x';
  for (const byte of bytes(data, index)) {
    text += HEX[byte];
  }
  return text;
};

const date: Format = (data, index) => dateText(data.values[index]);

const time =
  (unit: TimeUnit): Format =>
  (data, index) =>
    timeText(BigInt(data.values[index]), unitsPerSecond(unit));

/** Arrow keeps instants in UTC, whatever zone the field names. */
const timestamp =
  (unit: TimeUnit, zone: string | null | undefined): Format =>
  (data, index) =>
    timestampText(data.values[index], unitsPerSecond(unit), zone ? '+00' : '');

function unitsPerSecond(unit: TimeUnit): bigint {
  switch (unit) {
    case TimeUnit.SECOND:
      return 1n;
    case TimeUnit.MILLISECOND:
      return 1_000n;
    case TimeUnit.MICROSECOND:
      return 1_000_000n;
    case TimeUnit.NANOSECOND:
      return 1_000_000_000n;
  }
}

/** An array literal by the quoting rules of PostgreSQL's array_out(). */
const list: Format = (data, index) => {
  const values = data.children[0]!;
  const elements: string[] = [];
  for (let at = data.valueOffsets[index]; at < data.valueOffsets[index + 1]; at += 1) {
    const text = cellText(values, at);
    elements.push(text === null ? 'NULL' : DataType.isList(values.type) ? text : quotedElement(text));
  }
  return `{${elements.join(',')}}`;
};

function quotedElement(text: string): string {
  const needsQuotes = text === '' || /^null$/i.test(text) || /[\s{}",\\]/.test(text);
  return needsQuotes ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}

/** Types outside the contract, as apache-arrow shows them. */
const anything: Format = (data, index) => String(new Vector([data]).get(index));
