import { Field as ArrowField, Schema } from 'apache-arrow';
import type { Field } from '../../contract/query';
import type { ColumnBuilder } from '../columns/column-builder';

/** Key of the Arrow field metadata that holds PostgreSQL's type with modifiers. */
const TYPE_KEY = 'pg:type';

/** One column of a RowDescription, its type spelled out. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
}

/** The Arrow schema of a result. Names keep their order, duplicates and empty names included. */
export function arrowSchema(columns: readonly DescribedColumn[], builders: readonly ColumnBuilder[]): Schema {
  return new Schema(
    columns.map(
      ({ name, type }, index) =>
        new ArrowField(name, builders[index]!.type, true, new Map([[TYPE_KEY, type]]))
    )
  );
}

/** The same schema in the contract's words. */
export function contractFields(schema: Schema): readonly Field[] {
  return schema.fields.map(({ name, type, metadata }) => ({
    name,
    type: metadata.get(TYPE_KEY) ?? '',
    arrow: String(type)
  }));
}
