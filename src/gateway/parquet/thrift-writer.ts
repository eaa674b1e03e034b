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

export function writeStruct(struct: ThriftStruct): Uint8Array {
  const writer = new CompactWriter();
  writer.value(struct);
  return writer.bytes();
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
