import type { ColumnBuilder } from './column-builder';
import {
  BoolColumn,
  Float32Column,
  Float64Column,
  Int16Column,
  Int32Column,
  Int64Column,
  TimeColumn
} from './fixed-width';
import { ListColumn } from './list';
import { DecimalColumn, NumericTextColumn } from './numeric';
import { DateColumn, TimestampColumn } from './temporal';
import { TextListColumn } from './text-list';
import { BinaryColumn, JsonbColumn, TextColumn, UuidColumn } from './variable-width';

export type WireFormat = 'binary' | 'text';

/** How one PostgreSQL type travels: the format asked from the server and the builder that reads it. */
export interface TypeMapping {
  readonly format: WireFormat;
  readonly builder: (typmod: number) => ColumnBuilder;
}

interface TypeRow extends TypeMapping {
  readonly oid: number;
  readonly arrayOid: number;
  readonly name: string;
}

const NUMERIC = 1700;

const text = (): ColumnBuilder => new TextColumn();

/**
 * THE TABLE. Object identifiers are those of PostgreSQL's pg_type.dat; `format` is asked for result columns, array elements always
 * come in binary. A type that is not here arrives as PostgreSQL's own text.
 */
// prettier-ignore
const TYPES: readonly TypeRow[] = [
  { oid:   16, arrayOid: 1000, name: 'boolean',                     format: 'binary', builder: () => new BoolColumn() },
  { oid:   21, arrayOid: 1005, name: 'smallint',                    format: 'binary', builder: () => new Int16Column() },
  { oid:   23, arrayOid: 1007, name: 'integer',                     format: 'binary', builder: () => new Int32Column() },
  { oid:   20, arrayOid: 1016, name: 'bigint',                      format: 'binary', builder: () => new Int64Column() },
  { oid:  700, arrayOid: 1021, name: 'real',                        format: 'binary', builder: () => new Float32Column() },
  { oid:  701, arrayOid: 1022, name: 'double precision',            format: 'binary', builder: () => new Float64Column() },
  { oid: 1700, arrayOid: 1231, name: 'numeric',                     format: 'binary', builder: numeric },
  { oid:   25, arrayOid: 1009, name: 'text',                        format: 'binary', builder: text },
  { oid: 1043, arrayOid: 1015, name: 'character varying',           format: 'binary', builder: text },
  { oid: 1042, arrayOid: 1014, name: 'character',                   format: 'binary', builder: text },
  { oid:   19, arrayOid: 1003, name: 'name',                        format: 'binary', builder: text },
  { oid:  114, arrayOid:  199, name: 'json',                        format: 'binary', builder: text },
  { oid: 3802, arrayOid: 3807, name: 'jsonb',                       format: 'binary', builder: () => new JsonbColumn() },
  { oid: 2950, arrayOid: 2951, name: 'uuid',                        format: 'binary', builder: () => new UuidColumn() },
  { oid:   17, arrayOid: 1001, name: 'bytea',                       format: 'binary', builder: () => new BinaryColumn() },
  { oid: 1082, arrayOid: 1182, name: 'date',                        format: 'binary', builder: () => new DateColumn() },
  { oid: 1083, arrayOid: 1183, name: 'time without time zone',      format: 'binary', builder: () => new TimeColumn() },
  { oid: 1114, arrayOid: 1115, name: 'timestamp without time zone', format: 'binary', builder: () => new TimestampColumn(null) },
  { oid: 1184, arrayOid: 1185, name: 'timestamp with time zone',    format: 'binary', builder: () => new TimestampColumn('UTC') }
];

const AS_TEXT: TypeMapping = { format: 'text', builder: text };

const BY_OID = new Map<number, TypeMapping>(
  TYPES.flatMap(row => [
    [row.oid, row] as const,
    [row.arrayOid, { format: 'binary', builder: typmod => new ListColumn(row.builder(typmod)) }] as const
  ])
);

const NAMES = new Map(
  TYPES.flatMap(row => [[row.oid, row.name] as const, [row.arrayOid, `${row.name}[]`] as const])
);

/**
 * How a column of type `oid` travels; PostgreSQL's own text for a type the table does not hold, or when `asText`. An array of such
 * a type, told by the `delimiter` of its text, is a list of texts.
 */
export function mappingFor(oid: number, asText: boolean, delimiter: string | null = null): TypeMapping {
  const mapping = BY_OID.get(oid) ?? (delimiter === null ? AS_TEXT : textList(delimiter));
  return asText ? AS_TEXT : mapping;
}

/**
 * A numeric that no decimal128 holds is text either way, and PostgreSQL writes that text at a tenth of what taking its digits apart
 * costs here.
 */
export function isTextNumeric(oid: number, typmod: number): boolean {
  return oid === NUMERIC && numeric(typmod) instanceof NumericTextColumn;
}

function textList(delimiter: string): TypeMapping {
  return { format: 'text', builder: () => new TextListColumn(delimiter) };
}

/** PostgreSQL's name of a type of the table, without modifiers. */
export function builtinTypeName(oid: number): string | undefined {
  return NAMES.get(oid);
}

/** The types of the table by oid, arrays left out, in its order. */
export function tabledOids(): readonly number[] {
  return TYPES.map(({ oid }) => oid);
}

/** Precision and scale that a numeric's typmod holds, or null without one. The scale is an 11-bit signed field. */
export function numericModifiers(
  typmod: number
): { readonly precision: number; readonly scale: number } | null {
  if (typmod < 4) {
    return null;
  }
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 0x400) - 0x400 };
}

function numeric(typmod: number): ColumnBuilder {
  const modifiers = numericModifiers(typmod);
  return modifiers &&
    modifiers.precision <= 38 &&
    modifiers.scale >= 0 &&
    modifiers.scale <= modifiers.precision
    ? new DecimalColumn(modifiers.precision, modifiers.scale)
    : new NumericTextColumn();
}
