import { type Data, type Field, RecordBatchReader } from 'apache-arrow';
import { deltaBits } from './delta-bits';
import { type Value, valueReader } from './value-reader';

/** What the first rows of a row group tell of one column. */
export interface MeasuredColumn {
  readonly field: Field;
  /** Distinct values that the row group is expected to have; null when they hardly repeat. */
  readonly distinct: number | null;
  /** Bytes of a value as PLAIN has it, the mean. */
  readonly valueBytes: number;
  /** Bits of a value as DELTA_BINARY_PACKED has it; null for what Parquet does not store as an integer. */
  readonly deltaBits: number | null;
}

/** Values of each batch that are looked at; fewer in wide tables. */
const VALUES = 1_024;
const VALUES_OF_ALL_COLUMNS = 2 ** 18;
const FEWEST_VALUES = 64;
/** With a larger share of distinct values nothing can be told of their number. */
const TOO_VARIED = 0.8;
/** Multiples of it, taken modulo 1, are spread evenly and hit no period. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** Collects from batches what the choice of encodings needs. */
export class ColumnSample {
  #columns: ColumnValues[] = [];

  /** Looks at an Arrow IPC stream of one batch and gives its rows. Throws what is wrong with it. */
  add(stream: Uint8Array): number {
    const [batch] = RecordBatchReader.from(stream);
    if (!batch) {
      throw new RangeError('an Arrow IPC stream without a batch');
    }
    const { children } = batch.data;
    if (this.#columns.length === 0) {
      this.#columns = batch.schema.fields.map(field => new ColumnValues(field));
    }
    const share = Math.floor(VALUES_OF_ALL_COLUMNS / children.length);
    const values = Math.min(VALUES, Math.max(FEWEST_VALUES, share));
    this.#columns.forEach((column, index) => column.add(children[index]!, values));
    return batch.numRows;
  }

  /** By position; none when there was no batch. */
  columns(): readonly MeasuredColumn[] {
    return this.#columns.map(column => column.measured());
  }
}

class ColumnValues {
  readonly #counts = new Map<Value, number>();
  #values = 0;
  #bytes = 0;
  #deltaBits: number | null = null;

  constructor(private readonly field: Field) {}

  add(data: Data, count: number): void {
    const reader = valueReader(data);
    if (!reader) {
      return;
    }
    for (let n = 1; n <= Math.min(count, data.length); n++) {
      const row = Math.floor(((n * GOLDEN_RATIO) % 1) * data.length);
      if (data.getValid(row)) {
        const value = reader.value(row);
        this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
        this.#values++;
        this.#bytes += reader.bytes(row);
      }
    }
    if (reader.integer) {
      // The last batch has the most rows.
      this.#deltaBits = deltaBits(inARow(data, count, reader.integer)) ?? this.#deltaBits;
    }
  }

  measured(): MeasuredColumn {
    return {
      field: this.field,
      distinct: this.#distinct(),
      valueBytes: this.#values > 0 ? this.#bytes / this.#values : 0,
      deltaBits: this.#deltaBits
    };
  }

  /** Chao's estimate of the number of species, from those seen once and those seen twice. */
  #distinct(): number | null {
    const seen = [...this.#counts.values()];
    if (seen.length > TOO_VARIED * this.#values) {
      return null;
    }
    const once = seen.filter(count => count === 1).length;
    const twice = seen.filter(count => count === 2).length;
    return seen.length + (once * once) / (2 * Math.max(twice, 1));
  }
}

/** Values of consecutive rows in the middle, without NULLs, which Parquet leaves out. */
function inARow(data: Data, count: number, integer: (row: number) => number): Float64Array {
  const first = Math.max(0, (data.length - count) >> 1);
  const values = new Float64Array(Math.min(count, data.length));
  let taken = 0;
  for (let row = first; row < first + values.length; row++) {
    if (data.getValid(row)) {
      values[taken++] = integer(row);
    }
  }
  return values.subarray(0, taken);
}
