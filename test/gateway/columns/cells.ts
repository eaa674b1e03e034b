import { type Data, type DataType, Type } from 'apache-arrow';
import type { Cells } from '../../../src/gateway/postgres/data-row';

/**
 * A run of one column's cells; null is NULL. `filler` stands before, between and after them, where other columns and messages
 * stand on the wire: a builder must not look at it.
 */
export function run(values: readonly (Uint8Array | null)[], filler: Uint8Array = new Uint8Array(0)): Cells {
  const bytes = Buffer.concat([filler, ...values.flatMap(value => [value ?? new Uint8Array(0), filler])]);
  const starts = new Int32Array(values.length);
  const lengths = new Int32Array(values.length);
  let at = filler.length;
  values.forEach((value, row) => {
    starts[row] = at;
    lengths[row] = value ? value.length : -1;
    at += (value?.length ?? 0) + filler.length;
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { bytes, view, columns: 1, rows: values.length, starts, lengths };
}

/**
 * What the buffers of a column hold: integers (of decimals unscaled, of moments counted) as bigint, floats as number, bytes
 * in hexadecimal, lists as arrays, NULL as null.
 */
export function valuesOf(data: Data): readonly unknown[] {
  const read = reader(data);
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? read(row) : null));
}

function reader(data: Data): (row: number) => unknown {
  const { values, valueOffsets: offsets } = data as Data<DataType> & {
    readonly values: ArrayLike<number | bigint>;
  };
  const bytes = (row: number) => Buffer.from(data.values.subarray(offsets[row], offsets[row + 1]));
  switch (data.typeId) {
    case Type.Bool:
      return row => (((values[row >> 3] as number) >> (row & 7)) & 1) === 1;
    case Type.Float:
      return row => values[row];
    case Type.Utf8:
      return row => bytes(row).toString('utf8');
    case Type.Binary:
      return row => bytes(row).toString('hex');
    case Type.Decimal:
      return row => {
        const words = Array.from({ length: 4 }, (_, word) => BigInt(values[4 * row + word]!));
        return BigInt.asIntN(
          128,
          words.reduceRight((sum, word) => (sum << 32n) | word, 0n)
        );
      };
    case Type.List: {
      const elements = valuesOf(data.children[0]!);
      return row => elements.slice(offsets[row], offsets[row + 1]);
    }
    default:
      return row => BigInt(values[row]!);
  }
}
