import { Field, List, Schema, Utf8, type DataType } from 'apache-arrow';
import type { Conversion } from '../../contract/scale-out';
import { quoteLiteral } from '../../sql/quote';
import type { ColumnDescription } from '../postgres/statement';

/** How one column is asked for over JDBC, and what becomes of it in Spark. */
export interface ColumnRead {
  /** SQL over the column's own expression. */
  readonly expression: string;
  readonly conversion: Conversion;
  /** In the files. */
  readonly type: DataType;
}

/** Types that JDBC and Spark carry without a loss. */
const PLAIN = new Set([16, 20, 21, 23, 25, 700, 701, 17, 1043]);
const PLAIN_ARRAYS = new Set([1000, 1007, 1016, 1009, 1015, 1021, 1022]);
const NUMERIC = 1700;
const [DATE, TIMESTAMP, TIMESTAMPTZ] = [1082, 1114, 1184];

/**
 * Dates and timestamps travel as the integers that Arrow has, since java.sql counts old dates by another calendar and knows no
 * infinity; what JDBC or Spark have no type for travels as PostgreSQL's text. `type` is the contract's for the column.
 */
export function columnRead(
  { oid }: Pick<ColumnDescription, 'oid'>,
  column: string,
  type: DataType,
  isArray: boolean
): ColumnRead {
  const isText = String(type) === 'Utf8';
  if (isArray && !isText) {
    return arrayRead(oid, column, type);
  }
  switch (oid) {
    case DATE:
      return isText ? textRead(column) : { expression: daysOf(column), conversion: 'date', type };
    case TIMESTAMP:
    case TIMESTAMPTZ:
      return isText
        ? textRead(column)
        : {
            expression: microsecondsOf(column),
            conversion: oid === TIMESTAMP ? 'timestamp' : 'timestamptz',
            type
          };
    case NUMERIC:
      return isText ? textRead(column) : { expression: column, conversion: 'none', type };
    default:
      return PLAIN.has(oid) && !(isText && oid !== 25 && oid !== 1043)
        ? { expression: column, conversion: 'none', type }
        : textRead(column);
  }
}

/** The schema of the files; fields keep their metadata. */
export function filesSchema(schema: Schema, reads: readonly ColumnRead[]): Schema {
  return new Schema(
    schema.fields.map(({ name, metadata }, index) => new Field(name, reads[index]!.type, true, metadata)),
    schema.metadata
  );
}

/** By the type's output function, which a cast to text is not for all types: it drops blanks of char(n) and adds /32 to inet. */
const outputOf = (value: string): string =>
  `CASE WHEN ${value} IS NOT NULL THEN pg_catalog.format('%s', ${value}) END`;

// A record whose fields are all NULL IS NULL, and a record with one of them is not IS NOT NULL.
const textRead = (column: string): ColumnRead => ({
  expression: `CASE WHEN pg_catalog.num_nulls(${column}) = 0 THEN pg_catalog.format('%s', ${column}) END`,
  conversion: 'none',
  type: new Utf8()
});

const daysOf = (column: string): string =>
  `CASE ${column} WHEN 'infinity' THEN 2147483647 WHEN '-infinity' THEN -2147483648
   ELSE (${column} - DATE '1970-01-01') END`;

const microsecondsOf = (column: string): string =>
  `CASE ${column} WHEN 'infinity' THEN 9223372036854775807 WHEN '-infinity' THEN (-9223372036854775808)::bigint
   ELSE (EXTRACT(epoch FROM ${column})::numeric * 1000000)::bigint END`;

/** Java knows no arrays of several dimensions with one type, nor a first index other than 1: such a value ends the job. */
function arrayRead(oid: number, column: string, type: DataType): ColumnRead {
  const complaint = quoteLiteral('an array of several dimensions or whose first index is not 1: ');
  const value = PLAIN_ARRAYS.has(oid)
    ? column
    : `ARRAY(SELECT ${outputOf('e')} FROM pg_catalog.unnest(${column}) WITH ORDINALITY AS u(e, o) ORDER BY o)`;
  const bad = `pg_catalog.array_ndims(${column}) > 1 OR pg_catalog.array_lower(${column}, 1) <> 1`;
  const cast = PLAIN_ARRAYS.has(oid) ? ARRAY_CASTS[oid]! : 'text[]';
  return {
    expression: `CASE WHEN ${bad} THEN (${complaint} || pg_catalog.array_dims(${column}))::${cast}
      WHEN ${column} IS NOT NULL THEN ${value} END`,
    conversion: 'none',
    type: PLAIN_ARRAYS.has(oid) ? type : new List(new Field('element', new Utf8(), true))
  };
}

const ARRAY_CASTS: Readonly<Record<number, string>> = {
  1000: 'boolean[]',
  1007: 'integer[]',
  1016: 'bigint[]',
  1009: 'text[]',
  1015: 'varchar[]',
  1021: 'real[]',
  1022: 'double precision[]'
};
