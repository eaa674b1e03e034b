import { type Data, DataType, type Field } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';
import { decimalText, float64Text } from '../../cells/number-text';
import { type Summary } from '../../contract/view';
import { gather } from './gather';
import { noColumn } from './no-column';
import { compareNumericText } from './numeric-text';
import { orderingOf } from './ordering';
import { type RowRange, rangeLength, rowsByBatch } from './row-range';
import { type StoredResult } from './stored-result';

/** Rows whose cells are in memory at a time. */
const ROWS_AT_ONCE = 65_536;
const AVERAGE_DIGITS = 12;

/** Counts and sums over the cells of some rows and columns. Sums are exact, unless floats are among them. */
export function summarize(result: StoredResult, range: RowRange, columns: readonly number[]): Summary {
  const rows = rangeLength(result, range);
  const total = new Total();
  let nulls = 0;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const part = { ...range, first: range.first + from, count: Math.min(ROWS_AT_ONCE, rows - from) };
    const groups = rowsByBatch(result, part);
    for (const column of columns) {
      const field = result.schema.fields[column] ?? noColumn(column);
      const isNumber = orderingOf(field) === 'number';
      const picks = groups.map(({ stored, ...picked }) => ({ column: stored[column]!, ...picked }));
      // Of what cannot be summed only the NULLs count.
      const data = gather(field.type, part.count, picks, isNumber ? null : { bytes: 0, elements: 0 });
      nulls += data.nullCount;
      if (isNumber) total.add(field, data);
    }
  }
  return { cells: rows * columns.length, nulls, ...total.facts() };
}

class Total {
  private count = 0;
  private float = 0;
  private hasFloats = false;
  /** Sums of integers by how many digits stand behind their point. */
  private readonly exact = new Map<number, bigint>();
  private least: Extreme | null = null;
  private most: Extreme | null = null;

  add(field: Field, data: Data): void {
    const text = textOf(data);
    const isFloat = DataType.isFloat(field.type);
    for (let index = 0; index < data.length; index++) {
      const cell = text(index);
      if (cell !== null) {
        this.count++;
        if (isFloat || !/^-?\d+(\.\d+)?$/.test(cell))
          this.addFloat(Number(cell.replace('infinity', 'Infinity')));
        else this.addExact(cell);
        this.compare(cell);
      }
    }
  }

  facts(): Omit<Summary, 'cells' | 'nulls'> {
    const exact = this.exactSum();
    const sum = this.hasFloats ? float64Text(this.float + Number(exact)) : exact;
    const none = this.count === 0;
    const average = Number(sum) / this.count;
    return {
      numbers: this.count,
      sum: none ? null : sum,
      average: none ? null : String(Number(average.toPrecision(AVERAGE_DIGITS))),
      min: this.least?.text ?? null,
      max: this.most?.text ?? null
    };
  }

  private addFloat(value: number): void {
    this.hasFloats = true;
    this.float += value;
  }

  private addExact(text: string): void {
    const point = text.indexOf('.');
    const scale = point < 0 ? 0 : text.length - point - 1;
    this.exact.set(scale, (this.exact.get(scale) ?? 0n) + BigInt(text.replace('.', '')));
  }

  private exactSum(): string {
    const scale = Math.max(0, ...this.exact.keys());
    let sum = 0n;
    for (const [own, value] of this.exact) {
      sum += value * 10n ** BigInt(scale - own);
    }
    return decimalText(sum, scale);
  }

  /** Doubles tell most numbers apart; digits decide where they do not. */
  private compare(text: string): void {
    const value = Number(text.replace('infinity', 'Infinity'));
    if (this.least === null || isBelow({ text, value }, this.least)) this.least = { text, value };
    if (this.most === null || isBelow(this.most, { text, value })) this.most = { text, value };
  }
}

interface Extreme {
  readonly text: string;
  readonly value: number;
}

function isBelow(one: Extreme, other: Extreme): boolean {
  return one.value < other.value || (!(one.value > other.value) && isBelowInDigits(one.text, other.text));
}

const isBelowInDigits = (one: string, other: string): boolean =>
  one !== other && compareNumericText(plain(one), plain(other)) < 0;

/** Without an exponent, for digits to be compared. */
function plain(text: string): string {
  const [mantissa = '', exponentText] = text.split('e');
  if (exponentText === undefined) {
    return text;
  }
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const exponent = Number(exponentText);
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - whole.length)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(exponent, '0').slice(0, exponent)}.${fraction.slice(exponent)}`;
}
