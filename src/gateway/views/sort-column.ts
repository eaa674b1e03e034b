import { type Data, type Field } from 'apache-arrow';
import { GatewayError } from '../gateway-error';
import { RestHeap } from './rest-heap';
import { isTextNumeric } from './ordering';
import { compareNumericText } from './numeric-text';
import { sortableCells, wordCount } from './sort-words';

const DIGITS = 1 << 16;

/** The cells of one column of which rows are sorted: 8 bytes a row, and what of a longer text goes beyond them. */
export class SortColumn {
  private readonly words: readonly Uint32Array[];
  private readonly isNull: Uint8Array;
  private readonly rests: RestHeap;
  private readonly isNumericText: boolean;

  /** `restBytes` may be kept of what goes beyond the words; `add` throws `result-too-large` for more. */
  constructor(
    private readonly field: Field,
    rows: number,
    restBytes: number
  ) {
    this.words = Array.from({ length: wordCount(field) }, () => new Uint32Array(rows));
    this.isNull = new Uint8Array(rows);
    this.rests = new RestHeap(rows, restBytes);
    this.isNumericText = isTextNumeric(field);
  }

  /** Says how cells of a batch are added: that of `index` as row `at`. */
  adding(data: Data): (index: number, at: number) => void {
    const { write, rest } = sortableCells(this.field, data);
    return (index, at) => {
      if (!data.getValid(index)) {
        this.isNull[at] = 1;
        return;
      }
      write(index, this.words, at);
      if (rest && !this.rests.keep(at, rest(index))) {
        throw new GatewayError(
          'result-too-large',
          `The texts of column "${this.field.name}" are too long to be sorted here.`,
          { action: 'Put an ORDER BY into the statement: the server can sort them.' }
        );
      }
    };
  }

  /** Sorts `order` by this column; rows that are equal keep their order, NULLs come last. */
  sort(order: Uint32Array, descending: boolean): Uint32Array {
    const nulls = order.filter(row => this.isNull[row] === 1);
    let sorted = nulls.length === 0 ? order : order.filter(row => this.isNull[row] === 0);
    for (const word of [...this.words].reverse()) {
      sorted = radixPass(radixPass(sorted, word, 0, descending), word, 16, descending);
    }
    if (!this.rests.isEmpty) {
      this.sortTies(sorted, descending ? -1 : 1);
    }
    if (nulls.length === 0) {
      return sorted;
    }
    const all = new Uint32Array(order.length);
    all.set(sorted);
    all.set(nulls, sorted.length);
    return all;
  }

  private sortTies(sorted: Uint32Array, sign: number): void {
    let from = 0;
    for (let at = 1; at <= sorted.length; at++) {
      if (at === sorted.length || !this.hasSameWords(sorted[at]!, sorted[from]!)) {
        const tied = sorted.subarray(from, at);
        if (tied.length > 1 && tied.some(row => this.rests.length(row) > 0)) {
          tied.sort((one, other) => sign * this.compareRests(one, other));
        }
        from = at;
      }
    }
  }

  private hasSameWords(one: number, other: number): boolean {
    return this.words.every(word => word[one] === word[other]);
  }

  private compareRests(one: number, other: number): number {
    return this.isNumericText
      ? compareNumericText(this.numericText(one), this.numericText(other))
      : this.rests.compare(one, other);
  }

  /** A numeric that is the same number as its nearest double is not kept as text. */
  private numericText(row: number): string {
    return this.rests.length(row) > 0 ? this.rests.text(row) : String(doubleOf(this.words, row));
  }
}

/** One stable pass over 16 bits of a word. */
function radixPass(order: Uint32Array, word: Uint32Array, shift: number, descending: boolean): Uint32Array {
  const flip = descending ? DIGITS - 1 : 0;
  const starts = new Uint32Array(DIGITS + 1);
  for (const row of order) {
    starts[(((word[row]! >>> shift) & (DIGITS - 1)) ^ flip) + 1]!++;
  }
  if (starts.includes(order.length)) {
    return order;
  }
  for (let digit = 1; digit <= DIGITS; digit++) {
    starts[digit]! += starts[digit - 1]!;
  }
  const next = new Uint32Array(order.length);
  for (const row of order) {
    next[starts[((word[row]! >>> shift) & (DIGITS - 1)) ^ flip]!++] = row;
  }
  return next;
}

function doubleOf([high, low]: readonly Uint32Array[], row: number): number {
  const view = new DataView(new ArrayBuffer(8));
  const [first, second] = [high![row]!, low![row]!];
  const isNegative = first < 0x8000_0000;
  view.setUint32(0, isNegative ? ~first : first & 0x7fff_ffff);
  view.setUint32(4, isNegative ? ~second : second);
  return view.getFloat64(0);
}
