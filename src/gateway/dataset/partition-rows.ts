import type { RecordBatch, Schema } from 'apache-arrow';
import { GatewayError } from '../gateway-error';
import { keyColumn, type KeyColumn } from './key-column';
import type { PartitionScheme } from './partition-scheme';

/** More directories than this make a dataset that nobody can read. */
const MOST_PARTITIONS = 10_000;

/** The rows of one batch that belong to one partition. */
export interface PartitionRows {
  readonly partition: number;
  /** Null for all rows of the batch. */
  readonly rows: Int32Array | null;
}

/** Tells to which partition each row belongs, over all batches of one export; without partitions there is one. */
export class PartitionIndex {
  /** The values of each partition, one for each column of the scheme. */
  readonly partitions: (readonly (string | null)[])[];
  readonly #columns: readonly KeyColumn[];
  /** For the second column and those that follow: the codes of combined values, by those of the two that are combined. */
  readonly #pairs: readonly PairCodes[];

  constructor(
    private readonly scheme: PartitionScheme,
    schema: Schema
  ) {
    this.#columns = scheme.partitions.map(({ part }, index) =>
      keyColumn(schema.fields[scheme.keyColumns[index]!]!.type, part)
    );
    this.#pairs = this.#columns.slice(1).map(() => new PairCodes());
    this.partitions = this.#columns.length === 0 ? [[]] : [];
  }

  /** Throws GatewayError `bad-request` when there are too many partitions. */
  split(batch: RecordBatch): readonly PartitionRows[] {
    if (batch.numRows === 0) {
      return [];
    }
    const codes = this.#codes(batch);
    if (!codes || isOne(codes)) {
      return [{ partition: codes?.[0] ?? 0, rows: null }];
    }
    const sizes = new Uint32Array(this.partitions.length);
    codes.forEach(code => sizes[code]!++);
    const rows = Array.from(sizes, size => (size > 0 ? new Int32Array(size) : null));
    const filled = new Uint32Array(sizes.length);
    codes.forEach((code, row) => (rows[code]![filled[code]!++] = row));
    return rows.flatMap((some, partition) => (some ? [{ partition, rows: some }] : []));
  }

  /** For each row its partition. */
  #codes(batch: RecordBatch): Int32Array | null {
    const [first, ...others] = this.#columns.map((column, index) => {
      const codes = new Int32Array(batch.numRows);
      column.code(batch.data.children[this.scheme.keyColumns[index]!]!, codes);
      return codes;
    });
    others.forEach((codes, index) => this.#pairs[index]!.combine(first!, codes));
    this.#nameNew();
    return first ?? null;
  }

  #nameNew(): void {
    const { length } = this.#pairs.at(-1)?.pairs ?? this.#columns[0]?.values ?? [];
    if (length > MOST_PARTITIONS) {
      throw tooMany(this.scheme);
    }
    while (this.partitions.length < length) {
      this.partitions.push(this.#valuesOf(this.partitions.length));
    }
  }

  #valuesOf(partition: number): readonly (string | null)[] {
    const values: (string | null)[] = [];
    let code = partition;
    for (let index = this.#pairs.length - 1; index >= 0; index--) {
      const [left, right] = this.#pairs[index]!.pairs[code]!;
      values.unshift(this.#columns[index + 1]!.values[right] ?? null);
      code = left;
    }
    return [this.#columns[0]!.values[code] ?? null, ...values];
  }
}

/** Numbers each pair of codes that occurs. */
class PairCodes {
  readonly pairs: (readonly [number, number])[] = [];
  readonly #codes = new Map<number, number>();

  /** Writes the pairs' codes over `left`. */
  combine(left: Int32Array, right: Int32Array): void {
    for (let row = 0; row < left.length; row++) {
      const key = left[row]! * 2 ** 21 + right[row]!;
      let code = this.#codes.get(key);
      if (code === undefined) {
        code = this.pairs.push([left[row]!, right[row]!]) - 1;
        this.#codes.set(key, code);
      }
      left[row] = code;
    }
  }
}

function isOne(codes: Int32Array): boolean {
  const [first] = codes;
  return codes.every(code => code === first);
}

function tooMany({ partitions }: PartitionScheme): GatewayError {
  const subject = partitions.map(({ name }) => name).join(', ');
  return new GatewayError('bad-request', `There are more than 10,000 partitions by ${subject}.`, {
    subject,
    action: 'Partition by a column with fewer values, or by the month or year instead of the day.'
  });
}
