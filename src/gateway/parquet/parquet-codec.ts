/**
 * The Parquet codec of `parquet-codec/`: WebAssembly that is given Arrow IPC streams and gives Parquet, and the other way.
 * Its functions block for as long as they take, so they are called in worker threads.
 */
import { readFileSync } from 'node:fs';

/** What is used of WebAssembly, which only the browser's types have. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };

/** Bytes in the WebAssembly's memory. */
type Address = number;

/** What `parquet-codec/src` exports; it says what each function does. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  allocate(length: number): Address;
  open_row_group(schema: Address, schemaLength: number, properties: Address, length: number): Address;
  add_batches(rowGroup: Address, stream: Address, length: number): number;
  estimated_length(rowGroup: Address): number;
  finish_row_group(rowGroup: Address): number;
  abandon_row_group(rowGroup: Address): void;
  read_first_rows(file: Address, length: number, rows: number): number;
}

/** A row group that is being encoded. A function that throws leaves nothing to do but `abandon`. */
export interface OpenRowGroup {
  /** Encodes the batches of an Arrow IPC stream. Throws Error with what is wrong with it. */
  add(stream: Uint8Array): void;
  /** A Parquet file with this row group, in a buffer of its own, and the rows that the file tells of. Throws as `add` does. */
  finish(): { readonly encoded: Uint8Array<ArrayBuffer>; readonly rows: number };
  /** Frees its memory; does nothing when it is finished or abandoned. */
  abandon(): void;
}

/** Footers of usual schemas have room in it; output grows beyond what was expected. */
const SPARE_BYTES = 64 * 2 ** 10;

export class ParquetCodec {
  readonly #module: object;
  #instance: Instance;

  /** `file` is `parquet_codec.wasm`. */
  constructor(file: string) {
    this.#module = new WebAssembly.Module(readFileSync(file));
    this.#instance = new Instance(this.#module);
  }

  /** Of WebAssembly; it never shrinks. */
  get memoryBytes(): number {
    return this.#instance.exports.memory.buffer.byteLength;
  }

  /**
   * Begins a row group with the columns of the Arrow IPC stream `schema`, written as `properties` say (`writer-properties.ts`).
   * Throws Error when they cannot be had in Parquet.
   */
  openRowGroup(schema: Uint8Array, properties: Uint8Array): OpenRowGroup {
    const instance = this.#usable();
    let rowGroup: Address = instance.call(({ open_row_group }) =>
      open_row_group(instance.put(schema), schema.length, instance.put(properties), properties.length)
    );
    const opened = () => {
      if (rowGroup === 0) {
        throw new RangeError('the row group is closed');
      }
      return rowGroup;
    };
    return {
      add: stream => {
        const open = opened();
        instance.call(({ add_batches }) => add_batches(open, instance.put(stream), stream.length));
      },
      finish: () => {
        const closing = opened();
        const expected = instance.call(({ estimated_length }) => estimated_length(closing));
        rowGroup = 0;
        let rows = 0;
        const encoded = instance.output(expected + SPARE_BYTES, () => {
          rows = instance.call(({ finish_row_group }) => finish_row_group(closing));
        });
        return { encoded, rows };
      },
      abandon: () => {
        if (rowGroup !== 0 && instance.usable) {
          instance.exports.abandon_row_group(rowGroup);
        }
        rowGroup = 0;
      }
    };
  }

  /** The first rows of a Parquet file as an Arrow IPC stream. Throws Error with what is wrong with the file. */
  firstRows(file: Uint8Array, rows: number): Uint8Array<ArrayBuffer> {
    const instance = this.#usable();
    return instance.output(SPARE_BYTES, () => {
      instance.call(({ read_first_rows }) => read_first_rows(instance.put(file), file.length, rows));
    });
  }

  #usable(): Instance {
    if (!this.#instance.usable) {
      this.#instance = new Instance(this.#module);
    }
    return this.#instance;
  }
}

class Instance {
  readonly exports: Exports;
  #usable = true;
  #failure: string | null = null;
  #output = new Uint8Array(0);
  #written = 0;

  constructor(module: object) {
    const host = {
      write: (at: Address, length: number) => this.#write(this.#bytes(at, length)),
      fail: (at: Address, length: number) => {
        this.#failure ??= Buffer.from(this.#bytes(at, length)).toString();
      }
    };
    this.exports = new WebAssembly.Instance(module, { host }).exports as Exports;
  }

  /** False once it was stopped in the middle of something; what it had open is lost. */
  get usable(): boolean {
    return this.#usable;
  }

  /** What `work` gives. Throws Error with the failure that was told meanwhile. */
  call(work: (exports: Exports) => number): number {
    if (!this.#usable) {
      throw new Error('The encoder was stopped by another row group.');
    }
    this.#failure = null;
    try {
      // Addresses are unsigned, WebAssembly's numbers are not.
      const result = work(this.exports) >>> 0;
      if (this.#failure === null) {
        return result;
      }
    } catch (error) {
      this.#usable = false;
      this.#failure ??= String(error);
    }
    throw new Error(this.#failure);
  }

  /** Copies `bytes` to where the function that gets the address takes them. */
  put(bytes: Uint8Array): Address {
    const at = this.exports.allocate(bytes.length) >>> 0;
    this.#bytes(at, bytes.length).set(bytes);
    return at;
  }

  /** What `work` makes the codec write, of which about `expected` bytes are expected. */
  output(expected: number, work: () => void): Uint8Array<ArrayBuffer> {
    this.#output = new Uint8Array(expected);
    this.#written = 0;
    try {
      work();
      return this.#output.subarray(0, this.#written);
    } finally {
      this.#output = new Uint8Array(0);
    }
  }

  #write(bytes: Uint8Array): void {
    const needed = this.#written + bytes.length;
    if (needed > this.#output.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#output.subarray(0, this.#written));
      this.#output = larger;
    }
    this.#output.set(bytes, this.#written);
    this.#written = needed;
  }

  #bytes(at: Address, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, at >>> 0, length);
  }
}
