import { quoteQualified } from './quote';

/** Rows a preview shows. The limit is the request's, not the statement's, so that the cut is seen and "all" means all. */
export const PREVIEW_ROWS = 100;

/** The statement that reads a relation. */
export function previewSql(schema: string, relation: string): string {
  return `SELECT * FROM ${quoteQualified(schema, relation)}`;
}
