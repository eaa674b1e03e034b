import { type Data, DataType, RecordBatch, Schema, Struct, makeData } from 'apache-arrow';
import { positional } from './ipc';

/**
 * The rows of `columns` of a decoded batch that `rows` names, in its order, as a batch of their own; columns are named by
 * their place. Copies buffers and makes no object for a row. `rows` null takes them all, and copies nothing.
 */
export function takeRows(
  batch: RecordBatch,
  columns: readonly number[],
  rows: Int32Array | null
): RecordBatch {
  const length = rows?.length ?? batch.numRows;
  const children = columns.map(column => {
    const data = batch.data.children[column]!;
    return rows ? take(data, rows) : data;
  });
  const schema = positional(new Schema(columns.map(column => batch.schema.fields[column]!)));
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
}

/** Elements of `data`, which begins at its buffers' start, as decoded messages do. Throws RangeError where it does not. */
function take(data: Data, rows: Int32Array): Data {
  if (data.offset !== 0) {
    throw new RangeError('only batches that begin at their buffers can be taken from');
  }
  const { type } = data;
  return makeData({
    type,
    length: rows.length,
    ...(data.nullCount === 0 ? { nullCount: 0 } : { nullBitmap: takeBits(data.nullBitmap!, rows) }),
    ...takeValues(data, rows)
  } as never);
}

function takeValues(data: Data, rows: Int32Array): object {
  const { type } = data;
  if (DataType.isBool(type)) {
    return { data: takeBits(data.values, rows) };
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return takeBytes(data.valueOffsets, data.values, rows);
  }
  if (DataType.isList(type)) {
    const { valueOffsets, elements } = takeRanges(data.valueOffsets, rows);
    return { valueOffsets, child: take(data.children[0]!, elements) };
  }
  return { data: takeFixed(data.values, data.stride, rows) };
}

function takeBits(bits: Uint8Array, rows: Int32Array): Uint8Array {
  const taken = new Uint8Array((rows.length + 7) >> 3);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if ((bits[row >> 3]! >> (row & 7)) & 1) {
      taken[index >> 3]! |= 1 << (index & 7);
    }
  }
  return taken;
}

function takeBytes(offsets: Int32Array, bytes: Uint8Array, rows: Int32Array): object {
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    valueOffsets[index + 1] = valueOffsets[index]! + offsets[row + 1]! - offsets[row]!;
  }
  const values = new Uint8Array(valueOffsets[rows.length]!);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const [from, until, at] = [offsets[row]!, offsets[row + 1]!, valueOffsets[index]!];
    // A call costs more than a few bytes.
    if (until - from < 32) {
      for (let byte = from; byte < until; byte++) {
        values[at + byte - from] = bytes[byte]!;
      }
    } else {
      values.set(bytes.subarray(from, until), at);
    }
  }
  return { valueOffsets, data: values };
}

/** The elements of the lists in `rows`, as rows of the child. */
function takeRanges(
  offsets: Int32Array,
  rows: Int32Array
): { readonly valueOffsets: Int32Array; readonly elements: Int32Array } {
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    valueOffsets[index + 1] = valueOffsets[index]! + offsets[row + 1]! - offsets[row]!;
  }
  const elements = new Int32Array(valueOffsets[rows.length]!);
  let at = 0;
  for (const row of rows) {
    for (let element = offsets[row]!; element < offsets[row + 1]!; element++) {
      elements[at++] = element;
    }
  }
  return { valueOffsets, elements };
}

type FixedWidth = Int16Array | Int32Array | Uint32Array | BigInt64Array | Float32Array | Float64Array;

/** A value has `stride` elements: four for a decimal, which comes in words of 32 bits. */
function takeFixed(values: FixedWidth, stride: number, rows: Int32Array): FixedWidth {
  const target = sameKind(values, rows.length * stride);
  for (let index = 0; index < rows.length; index++) {
    const from = rows[index]! * stride;
    for (let element = 0; element < stride; element++) {
      target[index * stride + element] = values[from + element]!;
    }
  }
  return target;
}

function sameKind(values: FixedWidth, length: number): FixedWidth {
  const bytes = new ArrayBuffer(length * values.BYTES_PER_ELEMENT);
  switch (true) {
    case values instanceof Int16Array:
      return new Int16Array(bytes);
    case values instanceof Int32Array:
      return new Int32Array(bytes);
    case values instanceof Uint32Array:
      return new Uint32Array(bytes);
    case values instanceof BigInt64Array:
      return new BigInt64Array(bytes);
    case values instanceof Float32Array:
      return new Float32Array(bytes);
    default:
      return new Float64Array(bytes);
  }
}
