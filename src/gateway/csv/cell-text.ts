import { type Data, DataType, type Decimal, Precision } from 'apache-arrow';
import { arrayText } from './array-text';
import { dateText, timeText, timestampText } from './moment-text';

/** The text of a row's value, null for NULL. */
export type CellText = (row: number) => string | null;

/** Values of a column as PostgreSQL writes them, with every digit. Throws TypeError for a type that no column of a result has. */
export function cellText(data: Data): CellText {
  const text = textOf(data);
  return data.nullCount === 0 ? text : row => (data.getValid(row) ? text(row) : null);
}

function textOf(data: Data): (row: number) => string {
  const { type, values, valueOffsets: offsets } = data;
  if (DataType.isUtf8(type)) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    return row => bytes.toString('utf8', offsets[row], offsets[row + 1]);
  }
  if (DataType.isBinary(type)) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    return row => `\\x${bytes.toString('hex', offsets[row], offsets[row + 1])}`;
  }
  if (DataType.isBool(type)) {
    return row => ((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1 ? 'true' : 'false');
  }
  if (DataType.isDecimal(type)) {
    return decimals(data, type);
  }
  if (DataType.isFloat(type)) {
    return type.precision === Precision.SINGLE
      ? row => singleText(values[row])
      : row => doubleText(values[row]);
  }
  if (DataType.isInt(type)) {
    return row => String(values[row]);
  }
  if (DataType.isDate(type)) {
    return row => dateText(values[row]);
  }
  if (DataType.isTime(type)) {
    return row => timeText(values[row]);
  }
  if (DataType.isTimestamp(type)) {
    const zone = type.timezone ? '+00:00' : '';
    return row => timestampText(values[row], zone);
  }
  if (DataType.isList(type)) {
    const element = cellText(data.children[0]!);
    return row => arrayText(element, offsets[row], offsets[row + 1]);
  }
  throw new TypeError(`Arrow's type ${type} has no text in CSV`);
}

function decimals({ values }: Data, { scale }: Decimal): (row: number) => string {
  const bits = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return row => {
    const unscaled = (bits.getBigInt64(16 * row + 8, true) << 64n) + bits.getBigUint64(16 * row, true);
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    const whole = digits.length - scale;
    const fraction = scale > 0 ? `.${digits.slice(whole)}` : '';
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, whole)}${fraction}`;
  };
}

/** The shortest text that reads back as the same number. */
function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const DIGITS_OF_SINGLE = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function singleText(value: number): string {
  const digits = DIGITS_OF_SINGLE.find(count => Math.fround(Number(value.toPrecision(count))) === value);
  return digits === undefined ? doubleText(value) : doubleText(Number(value.toPrecision(digits)));
}
