import { quoteIdentifier, quoteQualified } from './quote';

/** The statement that reads a relation with each of its columns named; `*` where there is none. */
export function selectColumnsSql(schema: string, relation: string, columns: readonly string[]): string {
  const list = columns.length > 0 ? columns.map(quoteIdentifier).join(',\n       ') : '*';
  return `SELECT ${list}\nFROM ${quoteQualified(schema, relation)}`;
}
