/** Compares two numbers of PostgreSQL's type numeric in text form, every digit counted. NaN is above all. */
export function compareNumericText(one: string, other: string): number {
  const [left, right] = [parts(one), parts(other)];
  if (left.sign !== right.sign) {
    return left.sign - right.sign;
  }
  const magnitude =
    left.whole.length - right.whole.length ||
    compare(left.whole, right.whole) ||
    compare(left.fraction, right.fraction);
  return left.sign * magnitude;
}

/** `sign` is -2 and 2 for the infinities, and 3 for NaN. */
function parts(text: string): { readonly sign: number; readonly whole: string; readonly fraction: string } {
  const special = SPECIAL.get(text.toLowerCase());
  if (special !== undefined) {
    return { sign: special, whole: '', fraction: '' };
  }
  const [whole = '', fraction = ''] = text.replace(/^[-+]/, '').split('.');
  const digits = { whole: whole.replace(/^0+/, ''), fraction: fraction.replace(/0+$/, '') };
  const isZero = digits.whole === '' && digits.fraction === '';
  return { sign: isZero ? 0 : text.startsWith('-') ? -1 : 1, ...digits };
}

const SPECIAL = new Map([
  ['-infinity', -2],
  ['infinity', 2],
  ['nan', 3]
]);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
