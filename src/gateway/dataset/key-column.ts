import { type Data, DataType } from 'apache-arrow';
import type { DatePart } from '../../contract/dataset';
import { civilDate } from '../../cells/civil-date';

/** The distinct values of one partition, in the order in which they were first seen, and the place of each row's. */
export interface KeyColumn {
  readonly values: readonly (string | null)[];
  /** Writes a code for each row of `data`: an index of `values`. */
  code(data: Data, codes: Int32Array): void;
}

export function keyColumn(type: DataType, part: DatePart | null): KeyColumn {
  if (part !== null) {
    return new DateKey(DAYS[part], DataType.isDate(type) ? dayOfDate : dayOfTimestamp);
  }
  if (DataType.isUtf8(type)) {
    return new TextKey();
  }
  if (DataType.isBool(type)) {
    return new NumberKey(
      (data, row) => (data.values[row >> 3] >> (row & 7)) & 1,
      key => (key ? 'true' : 'false')
    );
  }
  return DataType.isDate(type)
    ? new DateKey(DAYS.day, dayOfDate)
    : new NumberKey((data, row) => data.values[row], String);
}

/** Codes by a key that compares as a number or bigint. */
class NumberKey implements KeyColumn {
  readonly values: (string | null)[] = [];
  readonly #codes = new Map<number | bigint | null, number>();

  constructor(
    private readonly keyOf: (data: Data, row: number) => number | bigint,
    private readonly textOf: (key: number | bigint) => string
  ) {}

  code(data: Data, codes: Int32Array): void {
    const valid = validity(data);
    for (let row = 0; row < codes.length; row++) {
      const key = valid(row) ? this.keyOf(data, row) : null;
      codes[row] = this.#codes.get(key) ?? this.#add(key);
    }
  }

  #add(key: number | bigint | null): number {
    const code = this.values.push(key === null ? null : this.textOf(key)) - 1;
    this.#codes.set(key, code);
    return code;
  }
}

/** Codes by the date part of a day; days that follow each other mostly share it, so the last range is tried first. */
class DateKey implements KeyColumn {
  readonly values: (string | null)[] = [];
  readonly #codes = new Map<string | null, number>();
  readonly #days = new Map<number, number>();

  constructor(
    private readonly textOf: (day: number) => string,
    private readonly dayOf: (data: Data, row: number) => number
  ) {}

  code(data: Data, codes: Int32Array): void {
    const valid = validity(data);
    for (let row = 0; row < codes.length; row++) {
      codes[row] = valid(row) ? this.#codeOfDay(this.dayOf(data, row)) : this.#codeOf(null);
    }
  }

  #codeOfDay(day: number): number {
    const known = this.#days.get(day);
    if (known !== undefined) {
      return known;
    }
    const code = this.#codeOf(this.textOf(day));
    this.#days.set(day, code);
    return code;
  }

  #codeOf(text: string | null): number {
    const known = this.#codes.get(text);
    if (known !== undefined) {
      return known;
    }
    const code = this.values.push(text) - 1;
    this.#codes.set(text, code);
    return code;
  }
}

/** Codes by the bytes of a text, which is only made into a string when it is new. */
class TextKey implements KeyColumn {
  readonly values: (string | null)[] = [];
  readonly #bytes: (Uint8Array | null)[] = [];
  readonly #byHash = new Map<number, number[]>();
  #nullCode = -1;

  code(data: Data, codes: Int32Array): void {
    const valid = validity(data);
    const { valueOffsets, values } = data;
    for (let row = 0; row < codes.length; row++) {
      codes[row] = valid(row)
        ? this.#codeOf(values, valueOffsets[row]!, valueOffsets[row + 1]!)
        : this.#codeOfNull();
    }
  }

  #codeOf(bytes: Uint8Array, from: number, until: number): number {
    const hash = fnv1a(bytes, from, until);
    const candidates = this.#byHash.get(hash);
    const known = candidates?.find(code => same(this.#bytes[code]!, bytes, from, until));
    if (known !== undefined) {
      return known;
    }
    const own = bytes.slice(from, until);
    const code = this.values.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(own)) - 1;
    this.#bytes[code] = own;
    this.#byHash.set(hash, [...(candidates ?? []), code]);
    return code;
  }

  #codeOfNull(): number {
    if (this.#nullCode < 0) {
      this.#nullCode = this.values.push(null) - 1;
    }
    return this.#nullCode;
  }
}

function validity({ nullCount, nullBitmap }: Data): (row: number) => boolean {
  return nullCount === 0 || !nullBitmap
    ? () => true
    : row => ((nullBitmap[row >> 3]! >> (row & 7)) & 1) === 1;
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(bytes: Uint8Array, from: number, until: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < until; at++) {
    hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  }
  return hash;
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, until: number): boolean {
  if (known.length !== until - from) {
    return false;
  }
  for (let index = 0; index < known.length; index++) {
    if (known[index] !== bytes[from + index]) {
      return false;
    }
  }
  return true;
}

const DAY_US = 86_400_000_000n;

function dayOfDate(data: Data, row: number): number {
  return data.values[row];
}

function dayOfTimestamp(data: Data, row: number): number {
  const us: bigint = data.values[row];
  const day = us / DAY_US;
  return Number(us < 0n && day * DAY_US !== us ? day - 1n : day);
}

const DAYS: Readonly<Record<DatePart, (day: number) => string>> = {
  year: day => String(civilDate(day).year),
  month: day => {
    const { year, month } = civilDate(day);
    return `${yearText(year)}-${pad(month)}`;
  },
  day: day => {
    const date = civilDate(day);
    return `${yearText(date.year)}-${pad(date.month)}-${pad(date.day)}`;
  }
};

const pad = (number: number): string => String(number).padStart(2, '0');
const yearText = (year: number): string =>
  year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
