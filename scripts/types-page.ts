/**
 * node --import tsx scripts/types-page.ts
 *
 * Writes docs/types.md from the type map; a test compares the two.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtinTypeName, isTextNumeric, mappingFor, tabledOids } from '../src/gateway/columns/type-map';

const NUMERIC = 1700;
/** typmod of numeric(12,2). */
const NUMERIC_12_2 = ((12 << 16) | 2) + 4;
const NO_MODIFIERS = -1;

/** The other types that every server has, by one of their oids: how they travel is what the type map says of it. */
const FAMILIES: readonly (readonly [oid: number, names: string])[] = [
  [1186, 'interval'],
  [1266, 'time with time zone'],
  [790, 'money'],
  [1560, 'bit, bit varying'],
  [869, 'inet, cidr, macaddr, macaddr8'],
  [600, 'point, lseg, path, box, polygon, line, circle'],
  [3904, 'int4range, int8range, numrange, tsrange, tstzrange, daterange'],
  [4451, 'int4multirange, int8multirange, nummultirange, tsmultirange, tstzmultirange, datemultirange'],
  [3614, 'tsvector, tsquery, gtsvector'],
  [142, 'xml'],
  [4072, 'jsonpath'],
  [26, 'oid, xid, xid8, cid, tid, oidvector, int2vector'],
  [
    2205,
    'regclass, regcollation, regconfig, regdictionary, regnamespace, regoper, regoperator, regproc, regprocedure, regrole, regtype'
  ],
  [3220, 'pg_lsn, pg_snapshot, txid_snapshot'],
  [18, '"char"'],
  [1033, 'aclitem'],
  [1790, 'refcursor'],
  [
    194,
    'pg_node_tree, pg_ndistinct, pg_dependencies, pg_mcv_list, pg_brin_bloom_summary, pg_brin_minmax_multi_summary'
  ],
  [2249, 'record and every composite type'],
  [2278, 'void, cstring and other pseudo-types']
];

/** The page as it should be. */
export function typesPage(): string {
  return `${INTRODUCTION}\n${table(HEADER, rows())}\n${RULES}`;
}

const HEADER = ['PostgreSQL', 'Arrow', 'asked from the server in'] as const;

function rows(): readonly (readonly string[])[] {
  const tabled = tabledOids().flatMap(oid =>
    oid === NUMERIC
      ? [
          row('numeric(p,s), 0 ≤ s ≤ p ≤ 38', oid, NUMERIC_12_2, arrow => arrow.replace('[12e+2]', '(p,s)')),
          row('other numeric', oid, NO_MODIFIERS)
        ]
      : [row(builtinTypeName(oid) ?? '', oid, NO_MODIFIERS)]
  );
  const unknownOid = 0;
  return [
    ...tabled,
    ['arrays of the above', 'List of the above', 'binary'],
    ...FAMILIES.map(([oid, names]) => row(names, oid, NO_MODIFIERS)),
    row(
      'enums; hstore, citext, ltree, geometry and any other type of an extension',
      unknownOid,
      NO_MODIFIERS
    ),
    [
      'arrays of these',
      String(mappingFor(unknownOid, false, ',').builder(NO_MODIFIERS).type),
      mappingFor(unknownOid, false, ',').format
    ]
  ];
}

function row(
  name: string,
  oid: number,
  typmod: number,
  spell: (arrow: string) => string = arrow => arrow
): readonly string[] {
  const { format, builder } = mappingFor(oid, isTextNumeric(oid, typmod));
  return [name, spell(String(builder(typmod).type)), format];
}

function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...body].map(line => line[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  return [header, widths.map(width => '-'.repeat(width)), ...body].map(line).join('');
}

const INTRODUCTION = `# Types

How PostgreSQL's types arrive, in the query panel, in \`db.query_arrow\` and in Parquet. Nothing is refused, rounded or cut. The table is
made from \`src/gateway/columns/type-map.ts\`; \`db.query\` turns these columns into pandas' own, as the table in
\`python/db_connection/frames.py\` says.
`;

const RULES = `Every column is nullable, and its field's metadata has PostgreSQL's type with modifiers under \`pg:type\`, such as \`numeric(12,2)\`,
\`interval(3)\` or \`geometry(Point,4326)\`. A domain arrives as the type under it. A column that comes from a table unchanged also says which one
(\`pg:schema\`, \`pg:table\`, \`pg:column\`), whether it is NOT NULL there (\`pg:not_null\`; an outer join can still give NULL) and the
comment on it (\`pg:comment\`), as of at most five minutes ago.

## Rules

- What has no Arrow type of its own arrives as **PostgreSQL's own text**, its type's name in the field's metadata: \`interval\` in the style
  \`postgres\`, dates within ranges and composites in ISO form, \`oid\` and its kin in digits, PostGIS's \`geometry\` in the
  hexadecimal form that the server gives.
- **Enums** are their labels, plain and not as a dictionary: each batch can be read without those before it. Labels of
  seven letters need 11 bytes a row instead of 4, the Parquet file is as large either way, and \`pyarrow\`'s
  \`dictionary_encode()\` makes a dictionary of them where one is wanted.
- **Arrays of such types** are lists of the text of each element.
- **numeric** without precision and scale (also what \`sum\` and \`avg\` give), of more than 38 digits, with a negative scale or with a scale
  above its precision arrives as text with every digit.
- **NaN and ±Infinity in numeric(p,s)**, a **timestamp after the year 294246** (int64 microseconds since 1970), and an
  **array of several dimensions** or whose first index is not 1 have no place in the column's Arrow type. If no row
  has been delivered yet, the statement is run again with that column as text (after three such columns with all as text). Else it fails with \`value-not-representable\`, which names the
  column and the cast to write.
- **infinity and -infinity** of \`date\`, \`timestamp without time zone\` and \`timestamp with time zone\` are the largest and the smallest integer of
  the Arrow type: 2³¹ − 1 and −2³¹ days, 2⁶³ − 1 and −2⁶³ microseconds. pandas gets \`NaT\` for both.
- **timestamp with time zone** is an instant in UTC; the session's time zone plays no part.
- **time** 24:00:00 is 86,400,000,000 microseconds.
- **char(n)** keeps the blanks that PostgreSQL pads it with.
- **jsonb** is PostgreSQL's text of it, **json** the text as it was stored: numbers keep all their digits.
- **uuid** is its 36 characters in lower case.
- **Column names** keep their order; two of the same name and empty ones stay as they are.
`;

if (process.argv[1] === __filename) {
  writeFileSync(path.join(__dirname, '..', 'docs', 'types.md'), typesPage());
}
