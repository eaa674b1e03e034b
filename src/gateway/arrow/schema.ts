import { Field as ArrowField, Schema } from 'apache-arrow';
import type { Field } from '../../contract/query';
import type { ColumnBuilder } from '../columns/column-builder';
import type { SourceColumn } from '../postgres/source-columns';

/** Key of the Arrow field metadata that holds PostgreSQL's type with modifiers. */
const TYPE_KEY = 'pg:type';

/** One column of a RowDescription, its type spelled out. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly source: SourceColumn | null;
}

/** The Arrow schema of a result. Names keep their order, duplicates and empty names included. */
export function arrowSchema(columns: readonly DescribedColumn[], builders: readonly ColumnBuilder[]): Schema {
  return new Schema(
    columns.map(
      (column, index) => new ArrowField(column.name, builders[index]!.type, true, metadataOf(column))
    )
  );
}

/** Every field is nullable, since an outer join makes NULL of what is NOT NULL in its table. */
function metadataOf({ type, source }: DescribedColumn): Map<string, string> {
  return new Map([
    [TYPE_KEY, type],
    ...(source
      ? ([
          ['pg:schema', source.schema],
          ['pg:table', source.table],
          ['pg:column', source.column],
          ['pg:not_null', String(source.notNull)]
        ] as const)
      : []),
    ...(source?.comment ? [['pg:comment', source.comment] as const] : [])
  ]);
}

/** The same schema in the contract's words. */
export function contractFields(schema: Schema): readonly Field[] {
  return schema.fields.map(field => ({
    name: field.name,
    type: contractType(field),
    arrow: String(field.type)
  }));
}

/** PostgreSQL's type with modifiers. */
export function contractType({ metadata }: ArrowField): string {
  return metadata.get(TYPE_KEY) ?? '';
}
