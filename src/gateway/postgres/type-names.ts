import { builtinTypeName, numericModifiers } from '../columns/type-map';
import type { Session } from './session';
import type { ColumnDescription } from './statement';

/** Types whose typmod is a length plus four. */
const LENGTHS = new Set(['character varying', 'character']);
/** Types whose typmod is a number of decimals of the second. */
const SECONDS = /^(time|timestamp)( .*)$/;

/** What a result says of one column's type. */
export interface TypeFacts {
  /** With modifiers, such as `numeric(12,2)` or `geometry(Point,4326)`. */
  readonly name: string;
  /** What stands between the elements of an array's text; null for a type that is no array, or one of the type map's. */
  readonly delimiter: string | null;
}

type Typed = Pick<ColumnDescription, 'oid' | 'typmod'>;

/** Types by oid and typmod. Those that are not in the type map are asked for once: only their own functions know modifiers. */
export class TypeNames {
  private readonly known = new Map<string, TypeFacts>();

  /** The type of each column, in order. */
  async of(session: Session, columns: readonly Typed[]): Promise<readonly TypeFacts[]> {
    const unknown = new Map(
      columns
        .filter(column => !builtinTypeName(column.oid) && !this.known.has(keyOf(column)))
        .map(column => [keyOf(column), column])
    );
    if (unknown.size > 0) {
      await this.ask(session, [...unknown.values()]);
    }
    return columns.map(column => {
      const builtin = builtinTypeName(column.oid);
      return builtin
        ? { name: withModifiers(builtin, column.typmod), delimiter: null }
        : (this.known.get(keyOf(column)) ?? { name: `type ${column.oid}`, delimiter: null });
    });
  }

  private async ask(session: Session, types: readonly Typed[]): Promise<void> {
    const list = (numbers: readonly number[]) => `{${numbers.join(',')}}`;
    const rows = await session.rows(TYPES, [
      list(types.map(({ oid }) => oid)),
      list(types.map(({ typmod }) => typmod))
    ]);
    rows.forEach(([oid, typmod, name, delimiter]) =>
      this.known.set(keyOf({ oid: Number(oid), typmod: Number(typmod) }), {
        name: name ?? '',
        delimiter: delimiter ?? null
      })
    );
  }
}

function keyOf({ oid, typmod }: Typed): string {
  return `${oid} ${typmod}`;
}

/**
 * Only a true array is the array type of its elements; int2vector and the like have elements too. With a typmod of -1 instead
 * of NULL, format_type would write some names in another way (https://www.postgresql.org/docs/current/functions-info.html).
 */
const TYPES = `
  SELECT t.oid, asked.typmod, pg_catalog.format_type(t.oid, nullif(asked.typmod, -1)), e.typdelim
  FROM unnest($1::pg_catalog.oid[], $2::pg_catalog.int4[]) AS asked (oid, typmod)
  JOIN pg_catalog.pg_type t ON t.oid = asked.oid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid`;

function withModifiers(name: string, typmod: number): string {
  const [, element = name, brackets = ''] = /^(.*?)((?:\[\])*)$/.exec(name) ?? [];
  return elementName(element, typmod) + brackets;
}

function elementName(name: string, typmod: number): string {
  if (typmod < 0) {
    return name;
  }
  if (name === 'numeric') {
    const modifiers = numericModifiers(typmod);
    return modifiers ? `numeric(${modifiers.precision},${modifiers.scale})` : name;
  }
  if (LENGTHS.has(name)) {
    return `${name}(${typmod - 4})`;
  }
  const [, kind, zone] = SECONDS.exec(name) ?? [];
  return kind && zone ? `${kind}(${typmod})${zone}` : name;
}
