import { type Column } from '../../contract/catalog';
import { type ColumnMatch } from '../../contract/column-search';
import { quoteIdentifier } from '../../sql/quote';
import { type ColumnsState, type RelationName } from '../tokens';
import { type IndexedRelation, type IndexedSchema } from './catalog-index';
import { type Found } from './catalog-search';
import {
  columnIdBelow,
  noteId,
  onShelfId,
  partitionsId,
  relationId,
  schemaId,
  shelfId,
  type TreeRow
} from './tree-row';

/** Tables at hand above the schemas. */
export interface Shelf {
  readonly name: string;
  readonly relations: readonly IndexedRelation[];
}

interface Openings {
  /** Whether a row that can be opened is open: undefined until a person says so. */
  readonly opened: (id: string) => boolean | undefined;
  readonly columnsState: (relation: RelationName) => ColumnsState | undefined;
  /** For the statements that ask for a grant. */
  readonly role: string;
}

export interface TreeQuestion extends Openings {
  readonly schemas: readonly IndexedSchema[];
  readonly shelves: readonly Shelf[];
}

type Body<R = TreeRow> = R extends TreeRow ? Omit<R, 'parentId' | 'level' | 'position' | 'siblings'> : never;

/** A row and what is shown below it. */
interface Branch {
  readonly row: Body;
  readonly below: readonly Branch[];
}

/** The rows a person sees from top to bottom. */
export function treeRows(question: TreeQuestion): TreeRow[] {
  const shelves = question.shelves.filter(({ relations }) => relations.length > 0);
  return rowsOf([
    ...shelves.map(shelf => shelfBranch(shelf, question)),
    ...question.schemas.map(schema => schemaBranch(schema, question))
  ]);
}

/** What a search found, the best first. */
export function foundRows(found: readonly Found[], openings: Openings): TreeRow[] {
  return rowsOf(
    found.map(({ indexed, columns }) => {
      const id = relationId(nameOfIndexed(indexed));
      // A person who opens a table asks for all of it.
      const opened = openings.opened(id);
      return opened === undefined && columns.length > 0
        ? relationBranch(indexed, openings, { id, apart: true, only: columns })
        : relationBranch(indexed, openings, { id, apart: true });
    })
  );
}

function rowsOf(branches: readonly Branch[]): TreeRow[] {
  const rows: TreeRow[] = [];
  append(rows, branches, null, 1);
  return rows;
}

function append(rows: TreeRow[], branches: readonly Branch[], parentId: string | null, level: number): void {
  branches.forEach(({ row, below }, index) => {
    rows.push({ ...row, parentId, level, position: index + 1, siblings: branches.length });
    append(rows, below, row.id, level + 1);
  });
}

function shelfBranch({ name, relations }: Shelf, openings: Openings): Branch {
  const id = shelfId(name);
  const expanded = openings.opened(id) ?? false;
  return {
    row: { kind: 'shelf', id, name, count: relations.length, expanded },
    below: expanded
      ? relations.map(indexed =>
          relationBranch(indexed, openings, { id: onShelfId(name, nameOfIndexed(indexed)), apart: true })
        )
      : []
  };
}

function schemaBranch(schema: IndexedSchema, openings: Openings): Branch {
  const { name, comment, usable, relations } = schema;
  const id = schemaId(name);
  const expanded = openings.opened(id) ?? false;
  return {
    row: { kind: 'schema', id, name, comment, usable, relationCount: relations.length, expanded },
    below: expanded ? inSchema(schema, openings) : []
  };
}

function inSchema({ name, usable, relations }: IndexedSchema, openings: Openings): readonly Branch[] {
  if (relations.length > 0) {
    return relations.map(indexed =>
      relationBranch(indexed, openings, { id: relationId(nameOfIndexed(indexed)), apart: false })
    );
  }
  const id = noteId(schemaId(name));
  const text = usable ? 'No table or view' : 'Not visible: USAGE is missing';
  const grant = usable
    ? null
    : `GRANT USAGE ON SCHEMA ${quoteIdentifier(name)} TO ${quoteIdentifier(openings.role || 'your_role')};`;
  return [{ row: { kind: 'note', id, of: null, text, grant, error: null, expanded: null }, below: [] }];
}

interface Placed {
  readonly id: string;
  readonly apart: boolean;
  /** The columns to show in place of all. */
  readonly only?: readonly ColumnMatch[];
}

function relationBranch(
  { schema, relation, partitions }: IndexedRelation,
  openings: Openings,
  { id, apart, only }: Placed
): Branch {
  const name = { schema, relation: relation.name };
  const isOnShelf = id !== relationId(name);
  const expanded = only !== undefined || (openings.opened(id) ?? false);
  const row: Body = {
    kind: 'relation',
    ...{ id, schema, relation, apart, expanded },
    partitionCount: partitions.length
  };
  if (!expanded) {
    return { row, below: [] };
  }
  return only
    ? { row, below: only.map(match => columnBranch(id, name, knownColumn(match, openings))) }
    : {
        row,
        below: [
          ...columnBranches(id, name, openings),
          ...(isOnShelf ? [] : partitionBranches(name, partitions, openings))
        ]
      };
}

function columnBranches(id: string, name: RelationName, { columnsState }: Openings): readonly Branch[] {
  const known = columnsState(name);
  if (known?.kind === 'ready' && known.columns.length > 0) {
    return known.columns.map(column => columnBranch(id, name, column));
  }
  const error = known?.kind === 'failed' ? known.error : null;
  const text = error
    ? `Columns not read: ${error.message}`
    : known?.kind === 'ready'
      ? 'No column'
      : 'Reading columns…';
  const row: Body = { kind: 'note', id: noteId(id), of: name, text, grant: null, error, expanded: null };
  return [{ row, below: [] }];
}

function columnBranch(parentId: string, of: RelationName, column: Column): Branch {
  const id = columnIdBelow(parentId, column.name);
  return { row: { kind: 'column', id, of, column, expanded: null }, below: [] };
}

/** A search tells no more than the name, until the columns of the table are read. */
function knownColumn({ column: name, comment, schema, relation }: ColumnMatch, openings: Openings): Column {
  const known = openings.columnsState({ schema, relation });
  const column = known?.kind === 'ready' ? known.columns.find(one => one.name === name) : undefined;
  const unknown = { type: '', nullable: true, default: null, primaryKey: false, references: null };
  return column ?? { name, comment, ...unknown };
}

function partitionBranches(
  name: RelationName,
  partitions: readonly IndexedRelation[],
  openings: Openings
): readonly Branch[] {
  if (partitions.length === 0) {
    return [];
  }
  const id = partitionsId(name);
  const expanded = openings.opened(id) ?? false;
  const below = expanded
    ? partitions.map(partition =>
        relationBranch(partition, openings, { id: relationId(nameOfIndexed(partition)), apart: false })
      )
    : [];
  return [{ row: { kind: 'partitions', id, count: partitions.length, expanded }, below }];
}

const nameOfIndexed = ({ schema, relation }: IndexedRelation): RelationName => ({
  schema,
  relation: relation.name
});
