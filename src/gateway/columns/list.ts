import { Field, List, makeData, type Data } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { batchMemory } from './batch-memory';
import { type ColumnBuilder, NotRepresentable } from './column-builder';
import { NO_OFFSETS, roomForOffsets } from './offsets';
import { Validity } from './validity';

/** ndim, has-NULL flag and element oid (source: `array_send` in PostgreSQL's arrayfuncs.c). */
const HEADER_BYTES = 12;
const DIMENSION_BYTES = 8;

/**
 * One-dimensional arrays as lists; an empty array has no dimension. A value of more dimensions, or whose
 * first index is not 1, throws NotRepresentable.
 */
export class ListColumn implements ColumnBuilder {
  readonly type: List;
  private rows = 0;
  private elements = 0;
  private offsets = NO_OFFSETS;
  private capacityRows = 0;
  private readonly validity = new Validity();
  protected starts = new Int32Array(4096);
  protected lengths = new Int32Array(4096);

  constructor(private readonly element: ColumnBuilder) {
    this.type = new List(new Field('element', element.type, true));
  }

  get sizeBytes(): number {
    return this.element.sizeBytes + 4 * this.rows;
  }

  append(cells: Cells, column: number): void {
    const rows = Math.max(this.rows + cells.rows, this.capacityRows);
    this.offsets = roomForOffsets(this.offsets, this.rows, rows);
    let found = 0;
    this.prepare(cells, column);
    for (let cell = column, end = cells.rows * cells.columns; cell < end; cell += cells.columns) {
      const length = cells.lengths[cell]!;
      if (length < 0) {
        this.validity.clear(this.rows);
      } else {
        found = this.locate(cells, cells.starts[cell]!, length, found);
      }
      this.offsets[++this.rows] = this.elements + found;
    }
    this.elements += found;
    const { bytes, view } = this.source(cells);
    this.element.append(
      { bytes, view, columns: 1, rows: found, starts: this.starts, lengths: this.lengths },
      0
    );
  }

  finish(): Data {
    const data = makeData({
      type: this.type,
      length: this.rows,
      valueOffsets: this.offsets.subarray(0, this.rows + 1),
      child: this.element.finish(),
      ...this.validity.finish(this.rows)
    } as never);
    this.capacityRows = this.rows;
    this.rows = 0;
    this.elements = 0;
    this.offsets = NO_OFFSETS;
    return data;
  }

  reuse(data: Data): void {
    batchMemory.give(data.valueOffsets.buffer);
    this.validity.reuse(data);
    const [elements] = data.children;
    if (elements) {
      this.element.reuse(elements);
    }
  }

  /** Called before the arrays of one run are looked at. */
  protected prepare(_cells: Cells, _column: number): void {}

  /** The bytes that the positions of elements are of. */
  protected source(cells: Cells): Pick<Cells, 'bytes' | 'view'> {
    return cells;
  }

  /** Notes where the elements of one array lie, from position `found` on; returns the position after them. */
  protected locate({ view }: Cells, start: number, length: number, found: number): number {
    const end = start + length;
    const dimensions = length >= HEADER_BYTES ? view.getInt32(start) : -1;
    if (dimensions === 0) {
      return found;
    }
    if (dimensions < 0 || length < HEADER_BYTES + DIMENSION_BYTES) {
      throw new RangeError('The server sent an array without its header.');
    }
    if (dimensions > 1) {
      throw new NotRepresentable(`An array of ${dimensions} dimensions`);
    }
    const size = view.getInt32(start + HEADER_BYTES);
    const lowerBound = view.getInt32(start + HEADER_BYTES + 4);
    if (lowerBound !== 1) {
      throw new NotRepresentable(`An array whose first index is ${lowerBound}`);
    }
    if (size < 0 || 4 * size > length) {
      throw new RangeError('The server sent an array with more elements than it has room for.');
    }
    this.reserveElements(found + size);
    let at = start + HEADER_BYTES + DIMENSION_BYTES;
    for (let index = 0; index < size; index++, found++) {
      if (at + 4 > end) {
        throw new RangeError('The server sent an array that ends in the middle of an element.');
      }
      const elementLength = view.getInt32(at);
      if (elementLength < -1) {
        throw new RangeError('The server sent an element with a negative length.');
      }
      at += 4;
      this.starts[found] = at;
      this.lengths[found] = elementLength;
      at += Math.max(elementLength, 0);
    }
    if (at !== end) {
      throw new RangeError('The server sent an array whose elements do not fill it.');
    }
    return found;
  }

  protected reserveElements(needed: number): void {
    if (needed > this.starts.length) {
      const size = Math.max(this.starts.length * 2, needed);
      const [starts, lengths] = [new Int32Array(size), new Int32Array(size)];
      starts.set(this.starts);
      lengths.set(this.lengths);
      [this.starts, this.lengths] = [starts, lengths];
    }
  }
}
