import type { Schema } from 'apache-arrow';
import { arrowSchema } from './arrow/schema';
import type { ColumnBuilder } from './columns/column-builder';
import type { TextColumns } from './columns/text-columns';
import { isTextNumeric, mappingFor, type WireFormat } from './columns/type-map';
import type { Session } from './postgres/session';
import type { SourceColumns } from './postgres/source-columns';
import type { ColumnDescription } from './postgres/statement';
import type { TypeNames } from './postgres/type-names';

/** How the columns of one result travel, in their order. */
export interface ResultColumns {
  readonly schema: Schema;
  readonly builders: readonly ColumnBuilder[];
  /** What Bind asks the server for. */
  readonly formats: readonly WireFormat[];
}

/** What the server's catalog says of a result's columns, kept over queries. */
export interface ColumnFacts {
  readonly types: TypeNames;
  readonly sources: SourceColumns;
}

/** From a RowDescription to Arrow: a builder for each column. Columns in `asText` arrive as PostgreSQL's text. */
export async function resultColumns(
  session: Session,
  facts: ColumnFacts,
  columns: readonly ColumnDescription[],
  asText: TextColumns
): Promise<ResultColumns> {
  const types = await facts.types.of(session, columns);
  const sources = await facts.sources.of(session, columns);
  const mappings = columns.map(({ oid, typmod }, index) =>
    mappingFor(oid, asText.has(index) || isTextNumeric(oid, typmod), types[index]!.delimiter)
  );
  const builders = mappings.map(({ builder }, index) => builder(columns[index]!.typmod));
  const described = columns.map(({ name }, index) => ({
    name,
    type: types[index]!.name,
    source: sources[index]!
  }));
  return {
    schema: arrowSchema(described, builders),
    builders,
    formats: mappings.map(({ format }) => format)
  };
}
