import { Field, RecordBatch, Schema, Struct, makeBuilder, makeData, type DataType } from 'apache-arrow';

/** A batch of named columns, each with its type and its values; null is NULL. */
export function batchOf(
  columns: Readonly<Record<string, readonly [type: DataType, values: readonly unknown[]]>>
): RecordBatch {
  const fields = Object.entries(columns).map(([name, [type]]) => new Field(name, type, true));
  const children = Object.values(columns).map(([type, values]) => {
    const builder = makeBuilder({ type, nullValues: [null] });
    values.forEach(value => builder.append(value));
    return builder.finish().toVector().data[0]!;
  });
  const length = children[0]!.length;
  return new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length, nullCount: 0, children })
  );
}
