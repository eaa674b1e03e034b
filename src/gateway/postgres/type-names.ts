import { builtinTypeName, numericModifiers } from '../columns/type-map';
import type { Session } from './session';
import type { ColumnDescription } from './statement';

/** Types whose typmod is a length plus four. */
const LENGTHS = new Set(['character varying', 'character']);
/** Types whose typmod is a number of decimals of the second. */
const SECONDS = /^(time|timestamp)( .*)$/;

/** Names of types by oid. Those that PostgreSQL does not define itself are asked for once. */
export class TypeNames {
  private readonly known = new Map<number, string>();

  /** The type of each column with modifiers, such as `numeric(12,2)`, in order. */
  async of(session: Session, columns: readonly ColumnDescription[]): Promise<readonly string[]> {
    const unknown = columns
      .map(({ oid }) => oid)
      .filter(oid => !builtinTypeName(oid) && !this.known.has(oid));
    if (unknown.length > 0) {
      const rows = await session.rows(
        'SELECT t.oid, pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1)',
        [`{${[...new Set(unknown)].join(',')}}`]
      );
      rows.forEach(([oid, name]) => this.known.set(Number(oid), name ?? ''));
    }
    return columns.map(({ oid, typmod }) =>
      withModifiers(builtinTypeName(oid) ?? this.known.get(oid) ?? `type ${oid}`, typmod)
    );
  }
}

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
