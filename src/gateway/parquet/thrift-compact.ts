/**
 * Thrift's compact protocol as Parquet's metadata uses it, read into a tree that keeps every field,
 * also those this project has no name for, and written back byte for byte.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue =
  | { readonly type: typeof BOOL; readonly value: boolean }
  | { readonly type: typeof I8; readonly value: number }
  | { readonly type: typeof I16 | typeof I32 | typeof I64; readonly value: bigint }
  | { readonly type: typeof DOUBLE | typeof BINARY; readonly bytes: Uint8Array }
  | ThriftList
  | ThriftMap
  | ThriftStruct
  /** A struct that has been written already. */
  | { readonly type: typeof STRUCT; readonly encoded: Uint8Array };

export interface ThriftList {
  readonly type: typeof LIST | typeof SET;
  readonly elementType: number;
  readonly elements: readonly ThriftValue[];
}

interface ThriftMap {
  readonly type: typeof MAP;
  readonly keyType: number;
  readonly valueType: number;
  readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
}

export interface ThriftStruct {
  readonly type: typeof STRUCT;
  /** By field id, in the order of the bytes. */
  readonly fields: ReadonlyMap<number, ThriftValue>;
}

const TRUE = 1;
/** In a field's header true is 1 and false is 2; in a list's header either stands for a boolean. */
const BOOL = 2;
const I8 = 3;
export const I16 = 4;
export const I32 = 5;
export const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
export const LIST = 9;
const SET = 10;
const MAP = 11;
export const STRUCT = 12;
const STOP = 0;
const SHORT_LIST = 15;

/** Reads the struct at the start of `bytes`. Binary values are views of `bytes`. Throws RangeError when the bytes end early. */
export function readStruct(bytes: Uint8Array): ThriftStruct {
  return new CompactReader(bytes).struct();
}

export function writeStruct(struct: ThriftStruct): Uint8Array {
  const writer = new CompactWriter();
  writer.value(struct);
  return writer.bytes();
}

class CompactReader {
  #at = 0;
  constructor(private readonly source: Uint8Array) {}

  struct(): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (let header = this.#byte(); header !== STOP; header = this.#byte()) {
      const step = header >> 4;
      id = step === 0 ? Number(this.#zigzag()) : id + step;
      const type = header & 15;
      fields.set(
        id,
        type === TRUE || type === BOOL ? { type: BOOL, value: type === TRUE } : this.#value(type)
      );
    }
    return { type: STRUCT, fields };
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case TRUE:
      case BOOL:
        return { type: BOOL, value: this.#byte() === TRUE };
      case I8:
        return { type, value: this.#byte() };
      case I16:
      case I32:
      case I64:
        return { type, value: this.#zigzag() };
      case DOUBLE:
        return { type, bytes: this.#take(8) };
      case BINARY:
        return { type, bytes: this.#take(Number(this.#varint())) };
      case LIST:
      case SET:
        return this.#list(type);
      case MAP:
        return this.#map();
      case STRUCT:
        return this.struct();
      default:
        throw new RangeError(`Thrift type ${type} at byte ${this.#at} is not known`);
    }
  }

  #list(type: typeof LIST | typeof SET): ThriftList {
    const header = this.#byte();
    const elementType = header & 15;
    const length = header >> 4 === SHORT_LIST ? Number(this.#varint()) : header >> 4;
    const elements: ThriftValue[] = [];
    for (let index = 0; index < length; index++) {
      elements.push(this.#value(elementType));
    }
    return { type, elementType, elements };
  }

  #map(): ThriftMap {
    const length = Number(this.#varint());
    const types = length === 0 ? 0 : this.#byte();
    const [keyType, valueType] = [types >> 4, types & 15];
    const entries: [ThriftValue, ThriftValue][] = [];
    for (let index = 0; index < length; index++) {
      entries.push([this.#value(keyType), this.#value(valueType)]);
    }
    return { type: MAP, keyType, valueType, entries };
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  #byte(): number {
    const byte = this.source[this.#at++];
    if (byte === undefined) {
      throw new RangeError('Thrift bytes end early');
    }
    return byte;
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.source.length) {
      throw new RangeError('Thrift bytes end early');
    }
    return this.source.subarray(this.#at, (this.#at += length));
  }
}

class CompactWriter {
  #buffer = new Uint8Array(1024);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  value(value: ThriftValue): void {
    switch (value.type) {
      case BOOL:
        return this.#byte(value.value ? TRUE : BOOL);
      case I8:
        return this.#byte(value.value);
      case I16:
      case I32:
      case I64:
        return this.#zigzag(value.value);
      case DOUBLE:
        return this.#append(value.bytes);
      case BINARY:
        this.#varint(BigInt(value.bytes.length));
        return this.#append(value.bytes);
      case LIST:
      case SET:
        return this.#list(value);
      case MAP:
        return this.#map(value);
      case STRUCT:
        return 'encoded' in value ? this.#append(value.encoded) : this.#struct(value);
    }
  }

  #struct({ fields }: ThriftStruct): void {
    let last = 0;
    for (const [id, value] of fields) {
      const type = value.type === BOOL && value.value ? TRUE : value.type;
      const step = id - last;
      if (step > 0 && step < 16) {
        this.#byte((step << 4) | type);
      } else {
        this.#byte(type);
        this.#zigzag(BigInt(id));
      }
      if (value.type !== BOOL) {
        this.value(value);
      }
      last = id;
    }
    this.#byte(STOP);
  }

  #list({ elementType, elements }: ThriftList): void {
    if (elements.length < SHORT_LIST) {
      this.#byte((elements.length << 4) | elementType);
    } else {
      this.#byte((SHORT_LIST << 4) | elementType);
      this.#varint(BigInt(elements.length));
    }
    elements.forEach(element => this.value(element));
  }

  #map({ keyType, valueType, entries }: ThriftMap): void {
    this.#varint(BigInt(entries.length));
    if (entries.length > 0) {
      this.#byte((keyType << 4) | valueType);
    }
    for (const [key, value] of entries) {
      this.value(key);
      this.value(value);
    }
  }

  #zigzag(value: bigint): void {
    this.#varint(value < 0n ? (-value << 1n) - 1n : value << 1n);
  }

  #varint(value: bigint): void {
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
    }
    this.#byte(Number(rest));
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(extra: number): void {
    if (this.#length + extra > this.#buffer.length) {
      const grown = new Uint8Array(2 * (this.#length + extra));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
  }
}
