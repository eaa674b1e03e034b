import { Decimal, Utf8 } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { NotRepresentable } from './column-builder';
import { FixedWidthColumn } from './fixed-width';
import { DIGIT_DECIMALS, digitAt, HEADER_BYTES, NEGATIVE, numericText, specialNumeric } from './numeric-wire';
import { VariableWidthColumn } from './variable-width';

const WORDS = 4;
const TWO_32 = 2 ** 32;
/** Below this, every step of the double arithmetic is exact. */
const EXACT_BELOW = 1e15;
/** So many digits of base 10,000 may be below 2^53; where they are not, the sum of them is not either. */
const SMALL_DIGITS = 4;
/** What 38 decimals can fill at most, wherever the point stands among them. */
const MOST_DIGITS = 11;

/** `numeric(p,s)` with 0 ≤ s ≤ p ≤ 38 as decimal128. NaN, the infinities and a value of more digits throw NotRepresentable. */
export class DecimalColumn extends FixedWidthColumn {
  declare private words: Uint32Array;
  private readonly smallBelow: number;
  private readonly below: bigint;

  constructor(
    private readonly precision: number,
    private readonly scale: number
  ) {
    super(new Decimal(scale, precision, 128), 16);
    this.below = 10n ** BigInt(precision);
    this.smallBelow = Math.min(EXACT_BELOW, Number(this.below));
  }

  protected attach(): void {
    this.words = new Uint32Array(this.buffer);
  }

  protected write({ view, starts, lengths, columns, rows }: Cells, column: number, row: number): void {
    for (let cell = column, end = rows * columns; cell < end; cell += columns, row++) {
      const length = lengths[cell]!;
      if (length < HEADER_BYTES) {
        this.absent(length, row);
      } else {
        this.set(row, view, starts[cell]!, length);
      }
    }
  }

  protected values(length: number): Uint32Array {
    return this.words.subarray(0, length * WORDS);
  }

  private set(row: number, view: DataView, start: number, length: number): void {
    const digitCount = view.getInt16(start);
    const weight = view.getInt16(start + 2);
    const sign = view.getUint16(start + 4);
    const special = specialNumeric(sign);
    if (special) {
      throw new NotRepresentable(special);
    }
    if (length !== HEADER_BYTES + 2 * digitCount) {
      throw new RangeError('The server sent a numeric whose digits do not fill it.');
    }
    // The last digit counts units of 10^exponent of the scaled integer.
    const exponent = DIGIT_DECIMALS * (weight - digitCount + 1) + this.scale;
    if (digitCount <= SMALL_DIGITS) {
      let digits = 0;
      for (let at = start + HEADER_BYTES, end = start + length; at < end; at += 2) {
        digits = digits * 10_000 + digitAt(view, at);
      }
      const scaled = exponent >= 0 ? digits * POWERS_OF_TEN[exponent]! : digits / POWERS_OF_TEN[-exponent]!;
      if (digits <= Number.MAX_SAFE_INTEGER && scaled < this.smallBelow && Number.isInteger(scaled)) {
        this.setSmall(row, scaled, sign === NEGATIVE);
        return;
      }
    }
    this.setLarge(row, view, start, length, exponent, sign === NEGATIVE);
  }

  private setSmall(row: number, magnitude: number, negative: boolean): void {
    const { words } = this;
    const at = row * WORDS;
    const high = Math.floor(magnitude / TWO_32);
    const low = magnitude - high * TWO_32;
    if (!negative || magnitude === 0) {
      words[at] = low;
      words[at + 1] = high;
      words[at + 2] = 0;
      words[at + 3] = 0;
    } else {
      words[at] = ~low + 1;
      words[at + 1] = low === 0 ? ~high + 1 : ~high;
      words[at + 2] = 0xffff_ffff;
      words[at + 3] = 0xffff_ffff;
    }
  }

  private setLarge(
    row: number,
    view: DataView,
    start: number,
    length: number,
    exponent: number,
    negative: boolean
  ): void {
    if (length > HEADER_BYTES + 2 * MOST_DIGITS || Math.abs(exponent) > this.precision + DIGIT_DECIMALS) {
      throw this.tooLong();
    }
    let digits = 0n;
    for (let at = start + HEADER_BYTES, end = start + length; at < end; at += 2) {
      digits = digits * 10_000n + BigInt(digitAt(view, at));
    }
    const factor = 10n ** BigInt(Math.abs(exponent));
    if (exponent < 0 && digits % factor !== 0n) {
      throw this.tooLong();
    }
    const magnitude = exponent >= 0 ? digits * factor : digits / factor;
    if (magnitude >= this.below) {
      throw this.tooLong();
    }
    let value = BigInt.asUintN(128, negative ? -magnitude : magnitude);
    for (let word = 0; word < WORDS; word++) {
      this.words[row * WORDS + word] = Number(value & 0xffff_ffffn);
      value >>= 32n;
    }
  }

  private tooLong(): NotRepresentable {
    return new NotRepresentable(`A numeric beyond ${this.precision} digits, ${this.scale} of them decimals,`);
  }
}

/** Exponents beyond this table make the fast path's product no integer below 10^15, so that it is not taken. */
const POWERS_OF_TEN = Array.from({ length: 400 }, (_, exponent) => Number(`1e${Math.min(exponent, 308)}`));

/** `numeric` without a scale inside arrays, as PostgreSQL's own text. */
export class NumericTextColumn extends VariableWidthColumn {
  private readonly encoder = new TextEncoder();

  constructor() {
    super(new Utf8());
  }

  /** A weight of up to 32,767 digits writes zeros that the wire does not carry. */
  protected override writtenAtMost(_total: number, _rows: number): number {
    return 0;
  }

  protected write({ view, starts, lengths, columns, rows }: Cells, column: number): void {
    for (let cell = column, end = rows * columns; cell < end; cell += columns) {
      const length = lengths[cell]!;
      if (length < 0) {
        this.validity.clear(this.rows);
      } else if (length < HEADER_BYTES) {
        throw new RangeError('The server sent a numeric without its header.');
      } else {
        const text = this.encoder.encode(numericText(view, starts[cell]!, length));
        this.makeRoom(text.length);
        this.bytes.set(text, this.used);
        this.used += text.length;
      }
      this.offsets[++this.rows] = this.used;
    }
  }
}
