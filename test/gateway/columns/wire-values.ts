/** PostgreSQL's binary forms, written from its documentation and `*_send` functions by other means than the builders read them. */

export function int(value: bigint, bytes: 2 | 4 | 8): Buffer {
  const hex = BigInt.asUintN(8 * bytes, value).toString(16);
  return Buffer.from(hex.padStart(2 * bytes, '0'), 'hex');
}

/** `unscaled` × 10^-scale. */
export function numeric(unscaled: bigint, scale: number): Buffer {
  const negative = unscaled < 0n;
  const decimals = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = decimals.length - scale;
  const whole = decimals.slice(0, point).padStart(4 * Math.ceil(point / 4), '0');
  const fraction = decimals.slice(point).padEnd(4 * Math.ceil(scale / 4), '0');
  const digits = ((whole + fraction).match(/.{4}/g) ?? []).map(Number);
  let weight = whole.length / 4 - 1;
  while (digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.at(-1) === 0) {
    digits.pop();
  }
  const head = [digits.length, digits.length > 0 ? weight : 0, negative ? 0x4000 : 0, scale];
  return Buffer.concat([...head, ...digits].map(word => int(BigInt(word), 2)));
}

/** A one-dimensional array from index 1 on. */
export function array(elements: readonly (Uint8Array | null)[]): Buffer {
  const head = elements.length === 0 ? [0n, 0n, 0n] : [1n, 1n, 0n, BigInt(elements.length), 1n];
  return Buffer.concat([
    ...head.map(word => int(word, 4)),
    ...elements.flatMap(element => [
      int(BigInt(element ? element.length : -1), 4),
      element ?? Buffer.alloc(0)
    ])
  ]);
}

/** An array's text, as `array_out` quotes it. */
export function arrayText(elements: readonly (string | null)[], delimiter: string): Buffer {
  const words = elements.map(element => {
    if (element === null) {
      return 'NULL';
    }
    const plain = element !== '' && !/["\\{}\s]/.test(element) && !element.includes(delimiter);
    return plain && element.toUpperCase() !== 'NULL' ? element : `"${element.replace(/["\\]/g, '\\$&')}"`;
  });
  return Buffer.from(`{${words.join(delimiter)}}`);
}
