import { selectColumnsSql } from '../../sql/select-columns';
import { type ColumnsState } from '../tokens';
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
export function rowText(row: TreeRow, form: 'name' | 'select', known: ColumnsState | undefined): string {
  const target = targetOf(row);
  if (!target) {
    return '';
  }
  // A drag cannot wait for columns that nobody has read yet.
  const columns = known?.kind === 'ready' ? known.columns.map(({ name }) => name) : [];
  return form === 'name' ? quotedName(target) : selectColumnsSql(target.schema, target.relation, columns);
}

export function targetOf(row: TreeRow | null): Target | null {
  const name = row && relationOf(row);
  if (!name) {
    return null;
  }
  const { schema, relation } = name;
  return row.kind === 'column' ? { schema, relation, column: row.column.name } : { schema, relation };
}
