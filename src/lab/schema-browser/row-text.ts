import { previewSql } from '../../sql/preview';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { relationOf, type TreeRow } from './tree-row';

/** A relation or a column of it, as commands name it. */
export interface Target {
  readonly schema: string;
  readonly relation: string;
  readonly column?: string;
}

/** The name as it must stand in SQL. */
export function quotedName({ schema, relation, column }: Target): string {
  return column === undefined ? quoteQualified(schema, relation) : quoteIdentifier(column);
}

/** What dragging a row brings: its quoted name, or the statement that reads its relation. */
export function rowText(row: TreeRow, form: 'name' | 'select'): string {
  const target = targetOf(row);
  if (!target) {
    return '';
  }
  return form === 'name' ? quotedName(target) : previewSql(target.schema, target.relation);
}

export function targetOf(row: TreeRow | null): Target | null {
  const name = row && relationOf(row);
  if (!name) {
    return null;
  }
  const { schema, relation } = name;
  return row.kind === 'column' ? { schema, relation, column: row.column.name } : { schema, relation };
}
