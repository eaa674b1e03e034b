import { quoteIdentifier, quoteQualified } from './quote';

/** Four figures a column, and a statement has at most 1,664 of them. */
const MOST_COLUMNS = 400;
/** Types that PostgreSQL can neither sort nor count by distinct values. */
const UNSORTED = /^(json|xml|point|line|lseg|box|path|polygon|circle|pg_\w+|xid|cid|txid_snapshot)\b/;

export interface ProfiledColumn {
  readonly name: string;
  readonly type: string;
}

interface ProfileSource {
  readonly schema: string;
  readonly relation: string;
  readonly columns: readonly ProfiledColumn[];
  /** Share of the pages to read, in percent; null reads all of it. */
  readonly samplePercent: number | null;
}

/** The columns that one profile can take. */
export function profiledColumns(columns: readonly ProfiledColumn[]): readonly ProfiledColumn[] {
  return columns.slice(0, MOST_COLUMNS);
}

/**
 * One row: the count of rows, then for each of the profiled columns the count of values that are not NULL, of distinct
 * ones, the lowest and the highest as text; NULL where the type has no order.
 */
export function profileColumnsSql({ schema, relation, columns, samplePercent }: ProfileSource): string {
  const sample = samplePercent === null ? '' : ` TABLESAMPLE SYSTEM (${samplePercent})`;
  const figures = profiledColumns(columns).map(({ name, type }) => {
    const column = quoteIdentifier(name);
    return UNSORTED.test(type)
      ? `count(${column}), NULL::bigint, NULL::text, NULL::text`
      : `count(${column}), count(DISTINCT ${column}), ${bound('min', column, type)}, ${bound('max', column, type)}`;
  });
  return `SELECT ${['count(*)', ...figures].join(',\n       ')}\nFROM ${quoteQualified(schema, relation)}${sample}`;
}

/** The types of which every version has min(); of another one, such as a composite, nobody can tell by its name. */
const ORDERED =
  /^(smallint|integer|bigint|numeric|real|double precision|money|oid|text|character|date|time|timestamp|interval|inet)\b(?!.*\[\]$)/;

function bound(aggregate: 'min' | 'max', column: string, type: string): string {
  return ORDERED.test(type) ? `${aggregate}(${column})::text` : 'NULL::text';
}
