import { quoteIdentifier, quoteLiteral, quoteQualified } from './quote';

interface Described {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table';
  readonly comment: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly default: string | null;
    readonly comment: string | null;
  }[];
  /** Each as PostgreSQL defines it: `PRIMARY KEY (id)`. */
  readonly constraints: readonly { readonly name: string; readonly definition: string }[];
  readonly indexes: readonly string[];
  /** The query of a view. */
  readonly definition: string | null;
  readonly partitionKey: string | null;
}

/** A relation in the words of CREATE TABLE or CREATE VIEW: to be read and pasted, not to make it again. */
export function describeRelation(described: Described): string {
  const { schema, name, kind, definition, comment, columns, indexes } = described;
  const target = quoteQualified(schema, name);
  const comments = [
    ...(comment === null ? [] : [`COMMENT ON ${kind.toUpperCase()} ${target} IS ${quoteLiteral(comment)};`]),
    ...columns.flatMap(column =>
      column.comment === null
        ? []
        : [`COMMENT ON COLUMN ${target}.${quoteIdentifier(column.name)} IS ${quoteLiteral(column.comment)};`]
    )
  ];
  const made =
    definition === null
      ? tableText(described, target)
      : `CREATE ${kind.toUpperCase()} ${target} AS\n${definition.trim().replace(/;$/, '')};`;
  return [made, ...indexes.map(index => `${index};`), ...comments].join('\n');
}

function tableText({ kind, columns, constraints, partitionKey }: Described, target: string): string {
  const lines = [
    ...columns.map(column =>
      [
        quoteIdentifier(column.name),
        column.type,
        column.nullable ? '' : 'NOT NULL',
        column.default === null ? '' : `DEFAULT ${column.default}`
      ]
        .filter(Boolean)
        .join(' ')
    ),
    ...constraints.map(
      constraint => `CONSTRAINT ${quoteIdentifier(constraint.name)} ${constraint.definition}`
    )
  ];
  const end = partitionKey === null ? '' : ` PARTITION BY ${partitionKey}`;
  return `CREATE ${kind.toUpperCase()} ${target} (${lines.map(line => `\n  ${line}`).join(',')}\n)${end};`;
}
