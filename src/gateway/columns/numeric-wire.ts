/**
 * PostgreSQL's binary `numeric`: int16 digit count, int16 weight of the first digit, uint16 sign,
 * uint16 display scale, then base-10,000 digits (source: `numeric_send` in PostgreSQL's numeric.c).
 */
export const NEGATIVE = 0x4000;
const POSITIVE = 0;
const NAN = 0xc000;
const POSITIVE_INFINITY = 0xd000;
const NEGATIVE_INFINITY = 0xf000;

export const HEADER_BYTES = 8;
/** Decimal digits in one of numeric's digits. */
export const DIGIT_DECIMALS = 4;

/** `NaN`, `Infinity`, `-Infinity`, or null for a finite value. Throws RangeError for a sign that PostgreSQL does not have. */
export function specialNumeric(sign: number): string | null {
  switch (sign) {
    case NAN:
      return 'NaN';
    case POSITIVE_INFINITY:
      return 'Infinity';
    case NEGATIVE_INFINITY:
      return '-Infinity';
    case POSITIVE:
    case NEGATIVE:
      return null;
    default:
      throw new RangeError('The server sent a numeric whose sign is none.');
  }
}

/** The base-10,000 digit at `at`. */
export function digitAt(view: DataView, at: number): number {
  const digit = view.getUint16(at);
  if (digit > 9999) {
    throw new RangeError('The server sent a numeric with a digit above 9999.');
  }
  return digit;
}

/** The value at `start` in PostgreSQL's own text form. */
export function numericText(view: DataView, start: number, length: number): string {
  const digitCount = view.getInt16(start);
  const weight = view.getInt16(start + 2);
  const sign = view.getUint16(start + 4);
  const scale = view.getUint16(start + 6);
  const special = specialNumeric(sign);
  if (special) {
    return special;
  }
  if (length !== HEADER_BYTES + 2 * digitCount) {
    throw new RangeError('The server sent a numeric whose digits do not fill it.');
  }
  const digit = (position: number): string =>
    position >= 0 && position < digitCount
      ? String(digitAt(view, start + HEADER_BYTES + 2 * position)).padStart(DIGIT_DECIMALS, '0')
      : '0000';
  let whole = '';
  for (let position = 0; position <= weight; position++) {
    whole += digit(position);
  }
  let fraction = '';
  for (let position = weight + 1; fraction.length < scale; position++) {
    fraction += digit(position);
  }
  const text = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === NEGATIVE ? '-' : ''}${text}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}
