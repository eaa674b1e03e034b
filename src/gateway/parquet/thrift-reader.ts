import {
  BINARY,
  BOOL,
  DOUBLE,
  I16,
  I32,
  I64,
  I8,
  LIST,
  MAP,
  SET,
  SHORT_LIST,
  STOP,
  STRUCT,
  TRUE,
  type ThriftList,
  type ThriftMap,
  type ThriftStruct,
  type ThriftValue
} from './thrift-compact';

/** Reads the struct at the start of `bytes`. Binary values are views of `bytes`. Throws RangeError when the bytes end early. */
export function readStruct(bytes: Uint8Array): ThriftStruct {
  return new CompactReader(bytes).struct();
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
