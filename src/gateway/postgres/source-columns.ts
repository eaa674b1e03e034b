import type { Session } from './session';
import type { ColumnDescription } from './statement';

/** The table's column that a result's column comes from unchanged. */
export interface SourceColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** What the table says; an outer join can still give NULL. */
  readonly notNull: boolean;
  readonly comment: string | null;
}

interface SourceTable {
  readonly columns: ReadonlyMap<number, SourceColumn>;
  readonly askedAt: number;
}

/** After this time a table is asked about again: comments and constraints change. */
const KEPT_MS = 5 * 60_000;
const TABLES_KEPT = 2_000;

/** Where result columns come from, asked for once a table. */
export class SourceColumns {
  private readonly known = new Map<number, SourceTable>();

  constructor(private readonly now: () => number) {}

  /** The source of each column, in order; null for an expression. */
  async of(
    session: Pick<Session, 'rows'>,
    columns: readonly ColumnDescription[]
  ): Promise<readonly (SourceColumn | null)[]> {
    const tables = [...new Set(columns.map(({ tableOid }) => tableOid))].filter(oid => oid > 0);
    const unknown = tables.filter(oid => !this.isKnown(oid));
    if (unknown.length > 0) {
      await this.ask(session, unknown);
    }
    return columns.map(
      ({ tableOid, attributeNumber }) => this.known.get(tableOid)?.columns.get(attributeNumber) ?? null
    );
  }

  private isKnown(oid: number): boolean {
    return (this.known.get(oid)?.askedAt ?? -Infinity) > this.now() - KEPT_MS;
  }

  private async ask(session: Pick<Session, 'rows'>, oids: readonly number[]): Promise<void> {
    const rows = await session.rows(COLUMNS, [`{${oids.join(',')}}`]);
    if (this.known.size > TABLES_KEPT) {
      this.known.clear();
    }
    for (const asked of oids) {
      const own = rows.filter(([oid]) => Number(oid) === asked);
      const columns = new Map(own.map(row => [Number(row[1]), sourceColumn(row)]));
      this.known.set(asked, { columns, askedAt: this.now() });
    }
  }
}

const COLUMNS = `
  SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname, a.attnotnull,
         pg_catalog.col_description(a.attrelid, a.attnum)
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped`;

function sourceColumn(row: readonly (string | null)[]): SourceColumn {
  const [, , schema, table, column, notNull, comment] = row;
  return {
    schema: schema ?? '',
    table: table ?? '',
    column: column ?? '',
    notNull: notNull === 't',
    comment: comment ?? null
  };
}
