/**
 * Where the cells of a run of DataRow messages lie. Cell (row, column) stands at index
 * `row * columns + column`; a length of -1 is NULL.
 */
export interface Cells {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly columns: number;
  rows: number;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** Rows located before they are handed on; bounds the two tables of positions. */
const ROWS_A_RUN = 1024;

/** Locates cells without copying them. One instance serves one result. */
export class CellLocator {
  private readonly starts: Int32Array;
  private readonly lengths: Int32Array;
  private rows = 0;

  constructor(private readonly columns: number) {
    this.starts = new Int32Array(ROWS_A_RUN * Math.max(columns, 1));
    this.lengths = new Int32Array(this.starts.length);
  }

  get full(): boolean {
    return this.rows === ROWS_A_RUN;
  }

  /** Takes the body of one DataRow: `start` is the byte after the message length, `end` the byte after the body. */
  add(view: DataView, start: number, end: number): void {
    if (end - start < 2 || view.getInt16(start) !== this.columns) {
      throw new RangeError('The server sent a DataRow whose column count is not that of its RowDescription.');
    }
    const { starts, lengths, columns } = this;
    let at = start + 2;
    let cell = this.rows * columns;
    for (let column = 0; column < columns; column++, cell++) {
      if (at + 4 > end) {
        throw new RangeError('The server sent a DataRow that ends in the middle of a cell.');
      }
      const length = view.getInt32(at);
      at += 4;
      starts[cell] = at;
      lengths[cell] = length;
      if (length > 0) {
        at += length;
      } else if (length < -1) {
        throw new RangeError('The server sent a cell with a negative length.');
      }
    }
    if (at !== end) {
      throw new RangeError('The server sent a DataRow whose cells do not fill it.');
    }
    this.rows++;
  }

  /** The cells located since the last call, or null when there are none. Valid until the next `add`. */
  take(bytes: Uint8Array, view: DataView): Cells | null {
    if (this.rows === 0) {
      return null;
    }
    const cells = {
      bytes,
      view,
      columns: this.columns,
      rows: this.rows,
      starts: this.starts,
      lengths: this.lengths
    };
    this.rows = 0;
    return cells;
  }
}
