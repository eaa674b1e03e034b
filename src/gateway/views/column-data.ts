import { type Data, DataType, makeData } from 'apache-arrow';
import { hasBytes, type StoredBuffer, type StoredColumn } from './stored-batch';

/** A whole stored column, read now. */
export function columnData(column: StoredColumn): Data {
  const { length, nullCount, validity, offsets, values, element } = column;
  // The generic makeData() has an overload for each type, and a column here has any of them.
  const type = column.type as never;
  const nullBitmap = nullCount > 0 ? all(validity) : null;
  const common = { type, length, nullCount, nullBitmap };
  if (element && DataType.isList(column.type)) {
    return makeData({ ...common, valueOffsets: offsetsOf(offsets), child: columnData(element) } as never);
  }
  if (hasBytes(column.type)) {
    return makeData({ ...common, valueOffsets: offsetsOf(offsets), data: all(values) } as never);
  }
  return makeData({ ...common, data: all(values) } as never);
}

function all({ read, byteLength }: StoredBuffer): Uint8Array {
  return aligned(read(0, byteLength));
}

function offsetsOf(buffer: StoredBuffer): Int32Array {
  const bytes = all(buffer);
  return bytes.length === 0
    ? new Int32Array(1)
    : new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** Typed arrays must begin at a multiple of their width. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}
