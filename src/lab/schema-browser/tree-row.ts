import { type Column, type Relation } from '../../contract/catalog';
import { type ErrorBody } from '../../contract/errors';
import { type RelationName } from '../tokens';

/** Where a row stands in the tree. */
interface Place {
  /** The same for the same thing after every refresh. */
  readonly id: string;
  readonly parentId: string | null;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** From 1, among `siblings`. */
  readonly position: number;
  readonly siblings: number;
  /** Null for a row that has nothing below it. */
  readonly expanded: boolean | null;
}

export type TreeRow = Place &
  (
    | {
        readonly kind: 'schema';
        readonly name: string;
        readonly comment: string | null;
        readonly relationCount: number;
      }
    | {
        readonly kind: 'relation';
        readonly schema: string;
        readonly relation: Relation;
        readonly partitionCount: number;
      }
    | { readonly kind: 'partitions'; readonly count: number }
    | { readonly kind: 'column'; readonly of: RelationName; readonly column: Column }
    | {
        readonly kind: 'note';
        readonly of: RelationName;
        readonly text: string;
        /** Why the columns could not be read; null while they are. */
        readonly error: ErrorBody | null;
      }
  );

export const schemaId = (schema: string): string => `schema ${JSON.stringify(schema)}`;

export const relationId = (name: RelationName): string => `relation ${path(name)}`;

export const partitionsId = (name: RelationName): string => `partitions ${path(name)}`;

export const columnId = (name: RelationName, column: string): string =>
  `column ${path(name)} ${JSON.stringify(column)}`;

export const noteId = (name: RelationName): string => `note ${path(name)}`;

/** The text that a row is found by when letters are typed in the tree. */
export function nameOf(row: TreeRow): string {
  switch (row.kind) {
    case 'schema':
      return row.name;
    case 'relation':
      return row.relation.name;
    case 'column':
      return row.column.name;
    case 'partitions':
    case 'note':
      return '';
  }
}

/** The relation that a row is or belongs to. */
export function relationOf(row: TreeRow): RelationName | null {
  switch (row.kind) {
    case 'relation':
      return { schema: row.schema, relation: row.relation.name };
    case 'column':
    case 'note':
      return row.of;
    case 'schema':
    case 'partitions':
      return null;
  }
}

const path = ({ schema, relation }: RelationName): string => JSON.stringify([schema, relation]);
