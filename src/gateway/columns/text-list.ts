import type { Cells } from '../postgres/data-row';
import { NotRepresentable } from './column-builder';
import { ListColumn } from './list';
import { TextColumn } from './variable-width';

const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NULL = [0x4e, 0x55, 0x4c, 0x4c] as const;

/**
 * Arrays of a type that has no builder of its own, as lists of PostgreSQL's text of each element: the array comes as text too, since
 * the elements of a binary array are binary (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO).
 */
export class TextListColumn extends ListColumn {
  /** The elements of one run without their quotes and escapes. */
  private unescaped = new Uint8Array(0);
  private used = 0;
  private readonly delimiter: number;

  /** `delimiter` is the element type's `typdelim`. */
  constructor(delimiter: string) {
    super(new TextColumn());
    this.delimiter = delimiter.charCodeAt(0);
  }

  protected override prepare({ lengths, columns, rows }: Cells, column: number): void {
    let total = 0;
    for (let cell = column, end = rows * columns; cell < end; cell += columns) {
      total += Math.max(lengths[cell]!, 0);
    }
    if (total > this.unescaped.length) {
      this.unescaped = new Uint8Array(total);
    }
    this.used = 0;
  }

  protected override source(): Pick<Cells, 'bytes' | 'view'> {
    return { bytes: this.unescaped, view: new DataView(this.unescaped.buffer) };
  }

  protected override locate({ bytes }: Cells, start: number, length: number, found: number): number {
    const last = start + length - 1;
    if (length >= 2 && bytes[start] === OPENING_BRACKET) {
      throw new NotRepresentable('An array whose first index is not 1');
    }
    if (length < 2 || bytes[start] !== OPENING_BRACE || bytes[last] !== CLOSING_BRACE) {
      throw malformed();
    }
    let at = start + 1;
    for (let more = at < last; more; found++) {
      this.reserveElements(found + 1);
      this.starts[found] = this.used;
      at = bytes[at] === QUOTE ? this.quoted(bytes, at + 1, last) : this.plain(bytes, at, last);
      this.lengths[found] = this.isNull(bytes, at, this.starts[found]!)
        ? -1
        : this.used - this.starts[found]!;
      more = at < last;
      at++;
    }
    return found;
  }

  /** Copies a quoted element and returns where what follows its quote stands. */
  private quoted(bytes: Uint8Array, from: number, last: number): number {
    let at = from;
    while (at < last && bytes[at] !== QUOTE) {
      at += bytes[at] === BACKSLASH ? 1 : 0;
      this.unescaped[this.used++] = bytes[at++]!;
    }
    const next = at + 1;
    if (at >= last || next === last - 1 || (next < last && bytes[next] !== this.delimiter)) {
      throw malformed();
    }
    return at + 1;
  }

  private plain(bytes: Uint8Array, from: number, last: number): number {
    let at = from;
    if (bytes[at] === OPENING_BRACE) {
      throw new NotRepresentable('An array of several dimensions');
    }
    while (at < last && bytes[at] !== this.delimiter) {
      this.unescaped[this.used++] = bytes[at++]!;
    }
    // Nothing between two delimiters, or after the last one: an empty element has quotes.
    if (at === from || at === last - 1) {
      throw malformed();
    }
    return at;
  }

  /** NULL without quotes is NULL; the text NULL stands in quotes. `at` is the position after the element. */
  private isNull(bytes: Uint8Array, at: number, start: number): boolean {
    return (
      this.used - start === NULL.length &&
      bytes[at - 1] !== QUOTE &&
      NULL.every((byte, index) => this.unescaped[start + index] === byte)
    );
  }
}

function malformed(): RangeError {
  return new RangeError('The server sent an array whose text cannot be read.');
}
