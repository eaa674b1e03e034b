import { Binary, type Data, type DataType, makeData, Utf8 } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { batchMemory, grown, NO_MEMORY } from './batch-memory';
import type { ColumnBuilder } from './column-builder';
import { NO_OFFSETS, roomForOffsets } from './offsets';
import { Validity } from './validity';

/** Up to this length a loop that copies four bytes at a time is faster than `set(subarray)`. */
const SHORT_BYTES = 160;

/** The offsets are 32-bit. */
const MOST_BYTES = 2 ** 31 - 1;

/** Variable-width values with 32-bit offsets; a batch is cut long before they overflow. */
export abstract class VariableWidthColumn implements ColumnBuilder {
  protected rows = 0;
  protected used = 0;
  protected bytes = new Uint8Array(NO_MEMORY);
  /** Of the same memory: two accesses of four bytes are faster than eight of one. */
  protected view = new DataView(NO_MEMORY);
  protected offsets = NO_OFFSETS;
  /** What the batch before needed is what the next one has room for at once. */
  private capacityBytes = 0;
  private capacityRows = 0;
  protected readonly validity = new Validity();

  constructor(readonly type: DataType) {}

  get sizeBytes(): number {
    return this.used + 4 * this.rows;
  }

  append(cells: Cells, column: number): void {
    const { lengths, columns, rows } = cells;
    let total = 0;
    for (let cell = column, end = rows * columns; cell < end; cell += columns) {
      total += Math.max(lengths[cell]!, 0);
    }
    this.reserve(rows, this.writtenAtMost(total, rows));
    this.write(cells, column);
  }

  finish(): Data {
    const { rows, used, type } = this;
    const data = makeData({
      type,
      length: rows,
      valueOffsets: this.offsets.subarray(0, rows + 1),
      data: this.bytes.subarray(0, used),
      ...this.validity.finish(rows)
    } as never);
    this.capacityBytes = used;
    this.capacityRows = rows;
    this.rows = 0;
    this.used = 0;
    this.use(NO_MEMORY);
    this.offsets = NO_OFFSETS;
    return data;
  }

  reuse(data: Data): void {
    batchMemory.give(data.values.buffer);
    batchMemory.give(data.valueOffsets.buffer);
    this.validity.reuse(data);
  }

  /** Bytes that cells of `total` bytes can need at most once written. */
  protected writtenAtMost(total: number, _rows: number): number {
    return total;
  }

  protected abstract write(cells: Cells, column: number): void;

  private reserve(rows: number, bytes: number): void {
    this.offsets = roomForOffsets(this.offsets, this.rows, Math.max(this.rows + rows, this.capacityRows));
    this.makeRoom(bytes);
  }

  /** Makes room for `bytes` more bytes of values. */
  protected makeRoom(bytes: number): void {
    if (this.used + bytes > MOST_BYTES) {
      throw new RangeError('The server sent more than 2 GB for one column of one batch.');
    }
    if (this.used + bytes > this.bytes.length) {
      const needed = Math.max(this.capacityBytes, this.used + bytes);
      this.use(grown(this.bytes.buffer, this.used, needed));
    }
  }

  private use(memory: ArrayBuffer): void {
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
  }
}

/** Of jsonb's binary form (source: `jsonb_send` in PostgreSQL's jsonb.c). */
const VERSION = 1;

/** Copies each cell's bytes, without its first `skip` bytes, which hold the version. */
class CopiedColumn extends VariableWidthColumn {
  constructor(
    type: DataType,
    private readonly skip: 0 | 1
  ) {
    super(type);
  }

  protected write(cells: Cells, column: number): void {
    const { bytes: source, view: sourceView, starts, lengths, columns, rows } = cells;
    const { bytes, view, offsets, skip } = this;
    let { used, rows: row } = this;
    for (let cell = column, end = rows * columns; cell < end; cell += columns) {
      const length = lengths[cell]! - skip;
      if (lengths[cell]! < 0) {
        this.validity.clear(row);
      } else if (skip > 0 && (length < 0 || source[starts[cell]!] !== VERSION)) {
        throw new RangeError('The server sent a jsonb of an unknown version.');
      } else if (length > SHORT_BYTES) {
        const at = starts[cell]! + skip;
        bytes.set(source.subarray(at, at + length), used);
        used += length;
      } else {
        let at = starts[cell]! + skip;
        const stop = at + length;
        for (; at + 8 <= stop; at += 8, used += 8) {
          view.setUint32(used, sourceView.getUint32(at, true), true);
          view.setUint32(used + 4, sourceView.getUint32(at + 4, true), true);
        }
        if (at + 4 <= stop) {
          view.setUint32(used, sourceView.getUint32(at, true), true);
          at += 4;
          used += 4;
        }
        while (at < stop) {
          bytes[used++] = source[at++]!;
        }
      }
      offsets[++row] = used;
    }
    this.used = used;
    this.rows = row;
  }
}

/** Text in the database's own form, which the connection makes UTF-8. */
export class TextColumn extends CopiedColumn {
  constructor() {
    super(new Utf8(), 0);
  }
}

/** `jsonb` in binary form: a version byte, then the text. */
export class JsonbColumn extends CopiedColumn {
  constructor() {
    super(new Utf8(), 1);
  }
}

export class BinaryColumn extends CopiedColumn {
  constructor() {
    super(new Binary(), 0);
  }
}

/** The two digits of each byte, the first in the low half. */
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => {
  const [first, second] = byte.toString(16).padStart(2, '0');
  return first!.charCodeAt(0) | (second!.charCodeAt(0) << 8);
});
const HYPHEN = 0x2d;
const UUID_BYTES = 16;
const UUID_TEXT_BYTES = 36;

/** `uuid` as its 36 characters. */
export class UuidColumn extends VariableWidthColumn {
  constructor() {
    super(new Utf8());
  }

  protected override writtenAtMost(_total: number, rows: number): number {
    return rows * UUID_TEXT_BYTES;
  }

  protected write({ bytes: source, starts, lengths, columns, rows }: Cells, column: number): void {
    const { bytes, view, offsets } = this;
    let { used, rows: row } = this;
    for (let cell = column, end = rows * columns; cell < end; cell += columns) {
      if (lengths[cell]! < 0) {
        this.validity.clear(row);
      } else if (lengths[cell] !== UUID_BYTES) {
        throw new RangeError(`The server sent ${lengths[cell]} bytes for a uuid.`);
      } else {
        const start = starts[cell]!;
        for (let byte = 0; byte < UUID_BYTES; byte++) {
          view.setUint16(used, HEX[source[start + byte]!]!, true);
          used += 2;
          if (byte === 3 || byte === 5 || byte === 7 || byte === 9) {
            bytes[used++] = HYPHEN;
          }
        }
      }
      offsets[++row] = used;
    }
    this.used = used;
    this.rows = row;
  }
}
