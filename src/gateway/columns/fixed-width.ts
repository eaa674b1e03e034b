import {
  Bool,
  type Data,
  type DataType,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  makeData,
  TimeMicrosecond
} from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { batchMemory, grown, NO_MEMORY } from './batch-memory';
import type { ColumnBuilder } from './column-builder';
import { Validity } from './validity';

/** Fixed-width values; a subclass writes the cells of one run into `bytes`. */
export abstract class FixedWidthColumn implements ColumnBuilder {
  protected rows = 0;
  protected readonly validity = new Validity();
  protected buffer = NO_MEMORY;
  private bytes = new Uint8Array(this.buffer);
  /** What the batch before needed is what the next one has room for at once. */
  private capacityBytes = 0;

  constructor(
    readonly type: DataType,
    private readonly width: number
  ) {
    this.use(this.buffer);
  }

  get sizeBytes(): number {
    return this.rows * this.width;
  }

  append(cells: Cells, column: number): void {
    const needed = (this.rows + cells.rows) * this.width;
    if (needed > this.buffer.byteLength) {
      this.use(grown(this.buffer, this.rows * this.width, Math.max(this.capacityBytes, needed)));
    }
    this.write(cells, column, this.rows);
    this.rows += cells.rows;
  }

  finish(): Data {
    const length = this.rows;
    const values = this.values(length);
    const data = makeData({
      type: this.type,
      length,
      data: values,
      ...this.validity.finish(length)
    } as never);
    this.capacityBytes = length * this.width;
    this.rows = 0;
    this.use(NO_MEMORY);
    return data;
  }

  reuse(data: Data): void {
    batchMemory.give(data.values.buffer);
    this.validity.reuse(data);
  }

  /** A cell that is not as wide as its type: NULL, or bytes that cannot be of this type. */
  protected absent(length: number, row: number): void {
    if (length >= 0) {
      throw new RangeError(`The server sent ${length} bytes for a value of type ${this.type}.`);
    }
    this.validity.clear(row);
    this.bytes.fill(0, row * this.width, (row + 1) * this.width);
  }

  private use(buffer: ArrayBuffer): void {
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.attach();
  }

  /** Makes the typed view that `write` uses, after `buffer` was exchanged. */
  protected abstract attach(): void;
  /** Writes the column's cells, the first to row `row`. NULLs are cleared in `validity`. */
  protected abstract write(cells: Cells, column: number, row: number): void;
  /** The typed view over the first `length` rows that Arrow's type wants. */
  protected abstract values(length: number): ArrayBufferView;
}

export class Int16Column extends FixedWidthColumn {
  declare private out: Int16Array;
  constructor() {
    super(new Int16(), 2);
  }
  protected attach(): void {
    this.out = new Int16Array(this.buffer);
  }
  protected write({ view, starts, lengths, columns, rows }: Cells, column: number, row: number): void {
    const { out } = this;
    for (let cell = column, end = rows * columns; cell < end; cell += columns, row++) {
      if (lengths[cell] !== 2) {
        this.absent(lengths[cell]!, row);
      } else {
        out[row] = view.getInt16(starts[cell]!);
      }
    }
  }
  protected values(length: number): Int16Array {
    return this.out.subarray(0, length);
  }
}

/** int4, float4 and date: four bytes, turned from network order. */
export abstract class FourByteColumn extends FixedWidthColumn {
  declare protected out: Int32Array;
  constructor(type: DataType) {
    super(type, 4);
  }
  protected attach(): void {
    this.out = new Int32Array(this.buffer);
  }
  protected write({ view, starts, lengths, columns, rows }: Cells, column: number, row: number): void {
    const { out } = this;
    for (let cell = column, end = rows * columns; cell < end; cell += columns, row++) {
      if (lengths[cell] !== 4) {
        this.absent(lengths[cell]!, row);
      } else {
        out[row] = view.getInt32(starts[cell]!);
      }
    }
  }
}

export class Int32Column extends FourByteColumn {
  constructor() {
    super(new Int32());
  }
  protected values(length: number): Int32Array {
    return this.out.subarray(0, length);
  }
}

export class Float32Column extends FourByteColumn {
  constructor() {
    super(new Float32());
  }
  protected values(length: number): Float32Array {
    return new Float32Array(this.buffer, 0, length);
  }
}

/** int8, float8 and time: eight bytes, turned from network order as two halves. */
export abstract class EightByteColumn extends FixedWidthColumn {
  declare protected halves: Int32Array;
  constructor(type: DataType) {
    super(type, 8);
  }
  protected attach(): void {
    this.halves = new Int32Array(this.buffer);
  }
  protected write({ view, starts, lengths, columns, rows }: Cells, column: number, row: number): void {
    const { halves } = this;
    for (let cell = column, end = rows * columns; cell < end; cell += columns, row++) {
      if (lengths[cell] !== 8) {
        this.absent(lengths[cell]!, row);
      } else {
        const at = starts[cell]!;
        halves[2 * row + 1] = view.getInt32(at);
        halves[2 * row] = view.getInt32(at + 4);
      }
    }
  }
  protected values(length: number): BigInt64Array | Float64Array {
    return new BigInt64Array(this.buffer, 0, length);
  }
}

export class Int64Column extends EightByteColumn {
  constructor() {
    super(new Int64());
  }
}

/** `time`: microseconds since midnight; 24:00:00 stays 86,400,000,000. */
export class TimeColumn extends EightByteColumn {
  constructor() {
    super(new TimeMicrosecond());
  }
}

export class Float64Column extends EightByteColumn {
  constructor() {
    super(new Float64());
  }
  protected override values(length: number): Float64Array {
    return new Float64Array(this.buffer, 0, length);
  }
}

/** One byte a value while it grows, packed to bits at the end. */
export class BoolColumn extends FixedWidthColumn {
  declare private out: Uint8Array;
  constructor() {
    super(new Bool(), 1);
  }
  protected attach(): void {
    this.out = new Uint8Array(this.buffer);
  }
  protected write({ bytes, starts, lengths, columns, rows }: Cells, column: number, row: number): void {
    for (let cell = column, end = rows * columns; cell < end; cell += columns, row++) {
      if (lengths[cell] !== 1) {
        this.absent(lengths[cell]!, row);
      } else {
        this.out[row] = bytes[starts[cell]!]!;
      }
    }
  }
  protected values(length: number): Uint8Array {
    const packed = new Uint8Array(batchMemory.take((length + 7) >> 3), 0, (length + 7) >> 3).fill(0);
    for (let row = 0; row < length; row++) {
      if (this.out[row]) {
        packed[row >> 3]! |= 1 << (row & 7);
      }
    }
    batchMemory.give(this.buffer);
    return packed;
  }
}
