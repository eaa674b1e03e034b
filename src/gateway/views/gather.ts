import { type Data, DataType, makeData } from 'apache-arrow';
import { type Cut, elementCut } from '../../cells/cut';
import { hasBytes, type StoredBuffer, type StoredColumn } from './stored-batch';

/** Rows of one stored column, and where each of them goes. */
export interface Pick {
  readonly column: StoredColumn;
  readonly rows: ArrayLike<number>;
  readonly places: ArrayLike<number>;
}

/** A column of `length` cells, put together from rows of stored columns of one type. */
export function gather(type: DataType, length: number, picks: readonly Pick[], cut: Cut | null): Data {
  const { nullBitmap, nullCount } = gatherValidity(length, picks);
  const common = { length, nullCount, nullBitmap };
  if (DataType.isList(type)) {
    const { valueOffsets, elements } = gatherSpans(length, picks, cut ? cut.elements + 1 : Infinity);
    const elementType = type.children[0]!.type;
    const child = gather(elementType, valueOffsets[length]!, elements, cut && elementCut(cut));
    return makeData({ type, ...common, valueOffsets, child });
  }
  if (hasBytes(type)) {
    const { valueOffsets, data } = gatherBytes(
      length,
      picks,
      cut && { ...cut, isText: DataType.isUtf8(type) }
    );
    return DataType.isUtf8(type)
      ? makeData({ type, ...common, valueOffsets, data })
      : makeData({ type: type as never, ...common, valueOffsets, data });
  }
  const data = DataType.isBool(type) ? gatherBits(length, picks) : gatherFixed(length, picks, strideOf(type));
  return makeData({ type: type as never, ...common, data });
}

/** Bytes that a cell takes where it is stored, all of it. */
export function cellBytes({ type, offsets, element }: StoredColumn, row: number): number {
  if (offsets.byteLength === 0) {
    return DataType.isBool(type) ? 1 : strideOf(type);
  }
  const [from, to] = span(offsets, row, row + 1);
  return element ? elementBytes(element, from, to) : to - from;
}

function elementBytes(column: StoredColumn, from: number, to: number): number {
  if (from === to) {
    return 0;
  }
  if (column.offsets.byteLength === 0) {
    return (to - from) * (DataType.isBool(column.type) ? 1 : strideOf(column.type));
  }
  const [start, end] = span(column.offsets, from, to);
  return column.element ? elementBytes(column.element, start, end) : end - start;
}

/** Bytes of a cell of fixed width. */
export function strideOf(type: DataType): number {
  if (DataType.isInt(type) || DataType.isTime(type) || DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isFloat(type)) return 2 << type.precision;
  if (DataType.isTimestamp(type)) return 8;
  if (DataType.isDate(type)) return type.unit === 0 ? 4 : 8;
  throw new Error(`No width is known for cells of ${String(type)}.`);
}

function gatherValidity(
  length: number,
  picks: readonly Pick[]
): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array((length + 7) >> 3).fill(0xff);
  let nullCount = 0;
  for (const { column, rows, places } of picks) {
    if (column.nullCount > 0 && column.validity.byteLength > 0) {
      const bits = blockReader(column.validity);
      for (let at = 0; at < rows.length; at++) {
        if (!bitAt(bits, rows[at]!)) {
          const place = places[at]!;
          nullBitmap[place >> 3]! &= ~(1 << (place & 7));
          nullCount++;
        }
      }
    }
  }
  return { nullBitmap, nullCount };
}

function gatherBits(length: number, picks: readonly Pick[]): Uint8Array {
  const data = new Uint8Array((length + 7) >> 3);
  for (const { column, rows, places } of picks) {
    const bits = blockReader(column.values);
    for (let at = 0; at < rows.length; at++) {
      if (bitAt(bits, rows[at]!)) {
        const place = places[at]!;
        data[place >> 3]! |= 1 << (place & 7);
      }
    }
  }
  return data;
}

function gatherFixed(length: number, picks: readonly Pick[], stride: number): Uint8Array {
  const data = new Uint8Array(length * stride);
  for (const { column, rows, places } of picks) {
    const values = blockReader(column.values);
    for (let at = 0; at < rows.length; at++) {
      const from = rows[at]! * stride;
      data.set(values(from, from + stride), places[at]! * stride);
    }
  }
  return data;
}

function gatherBytes(
  length: number,
  picks: readonly Pick[],
  cut: (Cut & { readonly isText: boolean }) | null
) {
  const valueOffsets = new Int32Array(length + 1);
  const cells: Uint8Array[] = new Array<Uint8Array>(length).fill(EMPTY);
  for (const { column, rows, places } of picks) {
    const spans = blockReader(column.offsets);
    const bytes = blockReader(column.values);
    for (let at = 0; at < rows.length; at++) {
      const [from, to] = spanIn(spans, rows[at]!);
      const end = cut && to - from > cut.bytes ? Math.min(to, from + cut.bytes + 4) : to;
      const cell = from === end ? EMPTY : bytes(from, end);
      cells[places[at]!] = cut && cell.length > cut.bytes ? shortened(cell, cut.bytes + 1, cut.isText) : cell;
    }
  }
  let end = 0;
  cells.forEach((cell, place) => (valueOffsets[place + 1] = end += cell.length));
  const data = new Uint8Array(end);
  cells.forEach((cell, place) => data.set(cell, valueOffsets[place]));
  return { valueOffsets, data };
}

/** The first `bytes` of a cell, and what the last character begun there needs. */
function shortened(cell: Uint8Array, bytes: number, isText: boolean): Uint8Array {
  let end = bytes;
  while (isText && end < cell.length && (cell[end]! & 0xc0) === 0x80) {
    end++;
  }
  return cell.subarray(0, end);
}

function gatherSpans(length: number, picks: readonly Pick[], most: number) {
  const lengths = new Int32Array(length);
  const starts = picks.map(({ column, rows, places }) => {
    const spans = blockReader(column.offsets);
    return Array.from(rows, (row, at) => {
      const [from, to] = spanIn(spans, row);
      lengths[places[at]!] = Math.min(to - from, most);
      return from;
    });
  });
  const valueOffsets = new Int32Array(length + 1);
  lengths.forEach((count, place) => (valueOffsets[place + 1] = valueOffsets[place]! + count));
  const elements = picks.map(({ column, places }, pick): Pick => {
    const rows: number[] = [];
    const elementPlaces: number[] = [];
    starts[pick]!.forEach((from, at) => {
      for (let element = 0; element < lengths[places[at]!]!; element++) {
        rows.push(from + element);
        elementPlaces.push(valueOffsets[places[at]!]! + element);
      }
    });
    return { column: column.element!, rows, places: elementPlaces };
  });
  return { valueOffsets, elements };
}

const EMPTY = new Uint8Array(0);
/** Cells that are read one by one often lie close together. */
const BLOCK_BYTES = 4096;

type Reader = (from: number, to: number) => Uint8Array;

/** Reads a block around what is wanted and keeps the last one; what is larger than a block is read as it is. */
function blockReader({ read, byteLength }: StoredBuffer): Reader {
  let start = 0;
  let block: Uint8Array = EMPTY;
  return (from, to) => {
    if (from < start || to > start + block.length) {
      if (to - from > BLOCK_BYTES / 2) {
        return read(from, to);
      }
      start = from - (from % (BLOCK_BYTES / 2));
      block = read(start, Math.min(byteLength, start + BLOCK_BYTES));
    }
    return block.subarray(from - start, to - start);
  };
}

function bitAt(read: Reader, row: number): boolean {
  return ((read(row >> 3, (row >> 3) + 1)[0]! >> (row & 7)) & 1) === 1;
}

function spanIn(read: Reader, row: number): readonly [number, number] {
  const bytes = read(4 * row, 4 * row + 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

function span(offsets: StoredBuffer, first: number, end: number): readonly [number, number] {
  const at = (row: number) => {
    const bytes = offsets.read(4 * row, 4 * row + 4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
  };
  return [at(first), at(end)];
}
