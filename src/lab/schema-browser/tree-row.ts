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
        /** False when the role lacks USAGE on it. */
        readonly usable: boolean;
      }
    | {
        /** Tables at hand, such as the favourites. */
        readonly kind: 'shelf';
        readonly name: string;
        readonly count: number;
      }
    | {
        readonly kind: 'relation';
        readonly schema: string;
        readonly relation: Relation;
        readonly partitionCount: number;
        /** It stands outside its schema, which must be named then. */
        readonly apart: boolean;
      }
    | { readonly kind: 'partitions'; readonly count: number }
    | { readonly kind: 'column'; readonly of: RelationName; readonly column: Column }
    | {
        readonly kind: 'note';
        /** Null for a note about a schema. */
        readonly of: RelationName | null;
        readonly text: string;
        /** The statement to ask the owner for; null where no grant is missing. */
        readonly grant: string | null;
        /** Why the columns could not be read; null while they are. */
        readonly error: ErrorBody | null;
      }
  );

export const schemaId = (schema: string): string => `schema ${JSON.stringify(schema)}`;

export const relationId = (name: RelationName): string => `relation ${path(name)}`;

export const shelfId = (shelf: string): string => `shelf ${shelf}`;

/** The same relation, on a shelf. */
export const onShelfId = (shelf: string, name: RelationName): string => `on ${shelf} ${path(name)}`;

export const partitionsId = (name: RelationName): string => `partitions ${path(name)}`;

/** Of a column below the row `parentId`: that of its relation, unless it stands on a shelf. */
export const columnIdBelow = (parentId: string, column: string): string =>
  `column ${JSON.stringify(column)} of ${parentId}`;

export const columnId = (name: RelationName, column: string): string =>
  columnIdBelow(relationId(name), column);

export const noteId = (parentId: string): string => `note of ${parentId}`;

/** The text that a row is found by when letters are typed in the tree. */
export function nameOf(row: TreeRow): string {
  switch (row.kind) {
    case 'schema':
    case 'shelf':
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
    case 'shelf':
    case 'partitions':
      return null;
  }
}

const path = ({ schema, relation }: RelationName): string => JSON.stringify([schema, relation]);
