import { DataType, Message, type Schema } from 'apache-arrow';

/** Bytes of an encoded record batch, counted from the first byte of its message. */
export type ReadBytes = (from: number, to: number) => Uint8Array;

/** One buffer of a column where it is stored. */
export interface StoredBuffer {
  readonly byteLength: number;
  readonly read: ReadBytes;
}

/** One column of an encoded batch, of which only the bytes that are wanted are read. */
export interface StoredColumn {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: StoredBuffer;
  /** Offsets of a list or of bytes; empty for others. */
  readonly offsets: StoredBuffer;
  /** Values, or bits of a boolean; empty for a list. */
  readonly values: StoredBuffer;
  /** The elements of a list. */
  readonly element: StoredColumn | null;
}

/** Continuation mark and length of the metadata. */
export const PREFIX_BYTES = 8;

/** Length of the metadata that follows the first eight bytes of a message. */
export function metadataBytes(prefix: Uint8Array): number {
  return new DataView(prefix.buffer, prefix.byteOffset).getInt32(4, true);
}

/** The columns of an encoded record batch message that `read` reads. */
export function storedColumns(schema: Schema, read: ReadBytes): readonly StoredColumn[] {
  const bodyFrom = PREFIX_BYTES + metadataBytes(read(0, PREFIX_BYTES));
  const header = Message.decode(read(PREFIX_BYTES, bodyFrom)).header() as RecordBatchHeader;
  const nodes = header.nodes[Symbol.iterator]();
  const places = header.buffers[Symbol.iterator]();
  const buffer = (): StoredBuffer => {
    const { offset, length } = next(places);
    const start = bodyFrom + offset;
    return { byteLength: length, read: (from, to) => read(start + from, start + to) };
  };
  const column = (type: DataType): StoredColumn => {
    const { length, nullCount } = next(nodes);
    const validity = buffer();
    const isList = DataType.isList(type);
    const offsets = isList || hasBytes(type) ? buffer() : NOTHING;
    const values = isList ? NOTHING : buffer();
    const element = isList ? column(type.children[0]!.type) : null;
    return { type, length, nullCount, validity, offsets, values, element };
  };
  return schema.fields.map(field => column(field.type));
}

/** Whether cells of a type have a length of their own. */
export function hasBytes(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isBinary(type);
}

/** Metadata of a record batch message, which apache-arrow does not export by name. */
interface RecordBatchHeader {
  readonly nodes: Iterable<{ readonly length: number; readonly nullCount: number }>;
  readonly buffers: Iterable<{ readonly offset: number; readonly length: number }>;
}

/** Of one encoded batch that is in memory as a whole. */
export function readsOf(message: Uint8Array): ReadBytes {
  return (from, to) => message.subarray(from, to);
}

const NOTHING: StoredBuffer = { byteLength: 0, read: () => new Uint8Array(0) };

function next<T>(iterator: Iterator<T>): T {
  const { value, done } = iterator.next();
  if (done) {
    throw new Error('A record batch has fewer buffers than its schema asks for.');
  }
  return value;
}
