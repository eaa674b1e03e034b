import { builtinTypeName, numericModifiers } from '../columns/type-map';
import type { Session } from './session';
import type { ColumnDescription } from './statement';

/** Types whose typmod is a length plus four. */
const LENGTHS = new Set(['character varying', 'character']);
/** Types whose typmod is a number of decimals of the second. */
const SECONDS = /^(time|timestamp)( .*)$/;

/** What a result says of one column's type. */
export interface TypeFacts {
  /** With modifiers, such as `numeric(12,2)`. */
  readonly name: string;
  /** What stands between the elements of an array's text; null for a type that is no array, or one of the type map's. */
  readonly delimiter: string | null;
}

/** Types by oid. Those that are not in the type map are asked for once. */
export class TypeNames {
  private readonly known = new Map<number, TypeFacts>();

  /** The type of each column, in order. */
  async of(session: Session, columns: readonly ColumnDescription[]): Promise<readonly TypeFacts[]> {
    const unknown = columns
      .map(({ oid }) => oid)
      .filter(oid => !builtinTypeName(oid) && !this.known.has(oid));
    if (unknown.length > 0) {
      const rows = await session.rows(TYPES, [`{${[...new Set(unknown)].join(',')}}`]);
      rows.forEach(([oid, name, delimiter]) =>
        this.known.set(Number(oid), { name: name ?? '', delimiter: delimiter ?? null })
      );
    }
    return columns.map(({ oid, typmod }) => {
      const { name, delimiter } = this.known.get(oid) ?? { name: `type ${oid}`, delimiter: null };
      return { name: withModifiers(builtinTypeName(oid) ?? name, typmod), delimiter };
    });
  }
}

/** Only a true array is the array type of its elements; int2vector and the like have elements too. */
const TYPES = `
  SELECT t.oid, pg_catalog.format_type(t.oid, NULL), e.typdelim
  FROM pg_catalog.pg_type t
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
  WHERE t.oid = ANY ($1)`;

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
  if (kind && zone) {
    return `${kind}(${typmod})${zone}`;
  }
  return name === 'bit' || name === 'bit varying' ? `${name}(${typmod})` : name;
}
