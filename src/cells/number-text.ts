/** The number that little-endian 32-bit words hold in two's complement. */
export function integerOfWords(words: Uint32Array): bigint {
  const magnitude = words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
  return BigInt.asIntN(32 * words.length, magnitude);
}

/** An unscaled integer with `scale` digits behind the point, all digits kept: (-5n, 2) → `-0.05`. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) {
    return String(unscaled * 10n ** BigInt(-scale));
  }
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Shortest digits that read back as the same float8, laid out as PostgreSQL does. */
export function float64Text(value: number): string {
  return floatText(value, String(value), 15);
}

/** Shortest digits that read back as the same float4, laid out as PostgreSQL does. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) {
      return floatText(value, String(Number(text)), 6);
    }
  }
  return floatText(value, String(Number(value.toPrecision(9))), 6);
}

/** PostgreSQL writes an exponent below 1e-4 and from 10 to the power of its type's sure digits on. */
function floatText(value: number, shortest: string, fixedDigits: number): string {
  if (!Number.isFinite(value) || value === 0) {
    return Object.is(value, -0) ? '-0' : shortest;
  }
  const [mantissa = '', exponentText = '0'] = shortest.replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const allDigits = whole + fraction;
  const digits = allDigits.replace(/^0+/, '');
  const exponent = whole.length + Number(exponentText) - 1 - (allDigits.length - digits.length);
  const significant = digits.replace(/0+$/, '');
  const sign = value < 0 ? '-' : '';
  return (
    sign +
    (exponent < -4 || exponent >= fixedDigits
      ? scientific(significant, exponent)
      : fixed(significant, exponent))
  );
}

function scientific(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed(digits: string, exponent: number): string {
  if (exponent < 0) {
    return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  }
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction ? `${whole}.${fraction}` : whole;
}
