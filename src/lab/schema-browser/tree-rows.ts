import { type Column } from '../../contract/catalog';
import { type ColumnsState, type RelationName } from '../tokens';
import { type IndexedRelation, type IndexedSchema } from './catalog-index';
import { columnId, noteId, partitionsId, relationId, schemaId, type TreeRow } from './tree-row';

export interface TreeQuestion {
  readonly schemas: readonly IndexedSchema[];
  /** Words in lower case, all of which a match holds; none shows everything. */
  readonly words: readonly string[];
  /** Whether a row that can be opened is open; `byDefault` is what it is until a person says otherwise. */
  readonly isExpanded: (id: string, byDefault: boolean) => boolean;
  readonly columnsState: (relation: RelationName) => ColumnsState | undefined;
}

/** A relation with the part of it that a search leaves over. */
interface Found {
  readonly indexed: IndexedRelation;
  readonly name: RelationName;
  readonly partitions: readonly Found[];
  /** The columns that the search met; null where all are shown. */
  readonly columns: readonly Column[] | null;
  /** The search meets something below the relation, so it is shown open. */
  readonly inside: boolean;
}

type Body<R = TreeRow> = R extends TreeRow ? Omit<R, 'parentId' | 'level' | 'position' | 'siblings'> : never;

/** A row and what is shown below it. */
interface Branch {
  readonly row: Body;
  readonly below: readonly Branch[];
}

/** The rows a person sees from top to bottom. */
export function treeRows(question: TreeQuestion): TreeRow[] {
  const rows: TreeRow[] = [];
  append(
    rows,
    question.schemas.flatMap(schema => schemaBranch(schema, question)),
    null,
    1
  );
  return rows;
}

function append(rows: TreeRow[], branches: readonly Branch[], parentId: string | null, level: number): void {
  branches.forEach(({ row, below }, index) => {
    rows.push({ ...row, parentId, level, position: index + 1, siblings: branches.length });
    append(rows, below, row.id, level + 1);
  });
}

function schemaBranch(schema: IndexedSchema, question: TreeQuestion): readonly Branch[] {
  const { words } = question;
  const found = schema.relations.flatMap(relation => find(relation, question));
  if (words.length > 0 && found.length === 0 && !matches(schema.name.toLowerCase(), words)) {
    return [];
  }
  const id = schemaId(schema.name);
  const expanded = question.isExpanded(id, words.length > 0);
  const { name, comment } = schema;
  return [
    {
      row: { kind: 'schema', id, name, comment, relationCount: found.length, expanded },
      below: expanded ? found.map(relation => relationBranch(relation, question)) : []
    }
  ];
}

function find(indexed: IndexedRelation, question: TreeQuestion): readonly Found[] {
  const { words } = question;
  const name = { schema: indexed.schema, relation: indexed.relation.name };
  if (words.length === 0 || matches(indexed.haystack, words)) {
    const partitions = indexed.partitions.flatMap(partition => find(partition, { ...question, words: [] }));
    return [{ indexed, name, partitions, columns: null, inside: false }];
  }
  const partitions = indexed.partitions.flatMap(partition => find(partition, question));
  const known = question.columnsState(name);
  const columns =
    known?.kind === 'ready' ? known.columns.filter(column => matches(columnHaystack(column), words)) : [];
  const inside = partitions.length > 0 || columns.length > 0;
  return inside ? [{ indexed, name, partitions, columns, inside }] : [];
}

function relationBranch(found: Found, question: TreeQuestion): Branch {
  const { indexed, name, partitions, inside } = found;
  const id = relationId(name);
  const expanded = question.isExpanded(id, inside);
  const { schema, relation } = indexed;
  return {
    row: { kind: 'relation', id, schema, relation, partitionCount: partitions.length, expanded },
    below: expanded ? [...columnBranches(found, question), ...partitionBranches(found, question)] : []
  };
}

function columnBranches({ name, columns }: Found, { columnsState }: TreeQuestion): readonly Branch[] {
  const known = columnsState(name);
  const shown = columns ?? (known?.kind === 'ready' ? known.columns : null);
  if (shown) {
    return shown.map(column => ({
      row: { kind: 'column', id: columnId(name, column.name), of: name, column, expanded: null },
      below: []
    }));
  }
  const error = known?.kind === 'failed' ? known.error : null;
  const text = error ? `Columns not read: ${error.message}` : 'Reading columns…';
  return [{ row: { kind: 'note', id: noteId(name), of: name, text, error, expanded: null }, below: [] }];
}

function partitionBranches({ name, partitions, inside }: Found, question: TreeQuestion): readonly Branch[] {
  if (partitions.length === 0) {
    return [];
  }
  const id = partitionsId(name);
  const expanded = question.isExpanded(id, inside);
  return [
    {
      row: { kind: 'partitions', id, count: partitions.length, expanded },
      below: expanded ? partitions.map(partition => relationBranch(partition, question)) : []
    }
  ];
}

const matches = (haystack: string, words: readonly string[]): boolean =>
  words.every(word => haystack.includes(word));

const columnHaystack = ({ name, comment }: Column): string => `${name}\n${comment ?? ''}`.toLowerCase();
