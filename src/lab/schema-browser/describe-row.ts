import { shortType } from '../../sql/short-type';
import { type Column, type Relation, type RelationKind } from '../../contract/catalog';
import { quoteQualified } from '../../sql/quote';
import { exactCount, humanBytes, humanCount } from '../human-numbers';
import { type TreeRow } from './tree-row';

const KINDS: Readonly<Record<RelationKind, string>> = {
  table: 'table',
  'partitioned-table': 'partitioned table',
  view: 'view',
  'materialized-view': 'materialized view',
  'foreign-table': 'foreign table',
  sequence: 'sequence'
};

/** What stands in the row at the right. */
export function detailOf(row: TreeRow): string {
  switch (row.kind) {
    case 'schema':
      return row.usable ? exactCount(row.relationCount) : '';
    case 'shelf':
      return exactCount(row.count);
    case 'relation':
      return row.apart
        ? row.schema
        : row.partitionCount > 0
          ? plural(row.partitionCount, 'partition')
          : sizes(row.relation)
              .map(({ human }) => human)
              .join(' · ');
    case 'column':
      return shortType(row.column.type);
    case 'partitions':
    case 'note':
      return '';
  }
}

/** All there is to know about a row, one fact a line. */
export function tooltipOf(row: TreeRow): string {
  switch (row.kind) {
    case 'schema':
      return lines(
        `schema ${row.name}`,
        plural(row.relationCount, 'table or view', 'tables and views'),
        row.comment,
        !row.usable && 'Not visible to this role: USAGE is missing'
      );
    case 'shelf':
      return plural(row.count, 'table or view', 'tables and views');
    case 'relation':
      return lines(
        `${KINDS[row.relation.kind]} ${row.schema}.${row.relation.name}`,
        row.partitionCount > 0 && plural(row.partitionCount, 'partition'),
        ...sizes(row.relation).map(({ exact }) => exact),
        row.relation.comment,
        ...missingGrant(row.schema, row.relation)
      );
    case 'column':
      return columnTooltip(row.column);
    case 'partitions':
      return plural(row.count, 'partition');
    case 'note':
      return lines(
        row.text,
        row.error?.action,
        row.grant && `Ask the owner for:\n${row.grant}\n(Enter copies it)`
      );
  }
}

/** The row as a screen reader says it. */
export function spokenOf(row: TreeRow): string {
  switch (row.kind) {
    case 'schema':
      return `${row.name}, schema, ${row.usable ? plural(row.relationCount, 'table or view', 'tables and views') : 'not visible'}`;
    case 'shelf':
      return `${row.name}, ${plural(row.count, 'table or view', 'tables and views')}`;
    case 'relation':
      return [
        row.relation.name,
        KINDS[row.relation.kind],
        row.apart ? `in ${row.schema}` : '',
        row.partitionCount > 0 ? plural(row.partitionCount, 'partition') : '',
        ...sizes(row.relation).map(({ spoken }) => spoken),
        row.relation.readable ? '' : 'not readable'
      ]
        .filter(Boolean)
        .join(', ');
    case 'column':
      return [row.column.name, row.column.type, ...columnFacts(row.column)].filter(Boolean).join(', ');
    case 'partitions':
      return plural(row.count, 'partition');
    case 'note':
      return row.grant ? `${row.text}. Enter copies the grant to ask for` : row.text;
  }
}

function columnTooltip(column: Column): string {
  return lines(
    `${column.name} ${column.type}`.trim(),
    ...columnFacts(column),
    column.default !== null && `default ${column.default}`,
    column.comment
  );
}

function columnFacts({ primaryKey, nullable, references }: Column): string[] {
  return [
    primaryKey ? 'primary key' : '',
    nullable ? '' : 'not null',
    references ? `refers to ${references.schema}.${references.relation}.${references.column}` : ''
  ].filter(Boolean);
}

interface Size {
  readonly human: string;
  readonly exact: string;
  readonly spoken: string;
}

function sizes({ rowEstimate, sizeBytes }: Relation): Size[] {
  const found: Size[] = [];
  if (rowEstimate !== null) {
    const human = humanCount(rowEstimate);
    const rows = plural(rowEstimate, 'row');
    found.push({ human, exact: `about ${rows} (the planner's estimate)`, spoken: `about ${human} rows` });
  }
  // A view has no storage of its own.
  if (sizeBytes) {
    const human = humanBytes(sizeBytes);
    found.push({ human, exact: `${exactCount(sizeBytes)} bytes`, spoken: human });
  }
  return found;
}

function missingGrant(schema: string, { name, readable }: Relation): string[] {
  return readable
    ? []
    : [
        'You may not read it. Ask its owner for:',
        `GRANT SELECT ON ${quoteQualified(schema, name)} TO your role;`
      ];
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${exactCount(count)} ${count === 1 ? one : many}`;
}

const lines = (...facts: readonly (string | false | null | undefined)[]): string =>
  facts.filter(Boolean).join('\n');
