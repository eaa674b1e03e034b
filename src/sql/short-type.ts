/** A type's name as people write it: `timestamptz` for `timestamp with time zone`; modifiers and brackets stay. */
export function shortType(type: string): string {
  return type
    .replace(/^(timestamp|time)(\(\d\))? with time zone/, '$1tz$2')
    .replace(/^(timestamp|time)(\(\d\))? without time zone/, '$1$2')
    .replace(/^character varying/, 'varchar')
    .replace(/^character(?=\(|$|\[)/, 'char')
    .replace(/^bit varying/, 'varbit');
}
