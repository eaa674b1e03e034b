import type { Catalog, Column, Relation, RelationKind } from '../../contract/catalog';
import { GatewayError } from '../gateway-error';
import type { Session } from '../postgres/session';
import { COLUMNS, RELATIONS, SCHEMAS } from './queries';

type Row = readonly (string | null)[];

/** pg_class.relkind to the contract's word. */
const KINDS: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'materialized-view',
  f: 'foreign-table'
};

/** All schemas and relations that the current role may use, from two catalog queries. */
export async function readCatalog(session: Session, now: () => number): Promise<Catalog> {
  const schemas = await session.rows(SCHEMAS);
  const relations = bySchema(await session.rows(RELATIONS));
  return {
    asOf: new Date(now()).toISOString(),
    schemas: schemas.map(([name, comment]) => ({
      name: name ?? '',
      comment: comment ?? null,
      relations: (relations.get(name ?? '') ?? []).map(toRelation)
    }))
  };
}

/** The columns of one relation in their order. Throws `not-found` when it has none that this role can see. */
export async function readColumns(
  session: Session,
  schema: string,
  relation: string
): Promise<readonly Column[]> {
  const rows = await session.rows(COLUMNS, [schema, relation]);
  if (rows.length === 0) {
    throw new GatewayError('not-found', `There is no table or view ${schema}.${relation}.`, {
      subject: `${schema}.${relation}`,
      action: 'Refresh the catalog; it may have been dropped or renamed.'
    });
  }
  return rows.map(toColumn);
}

function toRelation(row: Row): Relation {
  const [, name, kind, rowEstimate, sizeBytes, comment, parentSchema, parent, readable] = row;
  return {
    name: name ?? '',
    kind: KINDS[kind ?? ''] ?? 'table',
    rowEstimate: rowEstimate ? Number(rowEstimate) : null,
    sizeBytes: sizeBytes ? Number(sizeBytes) : null,
    comment: comment ?? null,
    partitionOf: parentSchema && parent ? { schema: parentSchema, relation: parent } : null,
    readable: readable === 't'
  };
}

function toColumn(row: Row): Column {
  const [name, type, nullable, fallback, comment, primaryKey, schema, relation, column] = row;
  return {
    name: name ?? '',
    type: type ?? '',
    nullable: nullable === 't',
    default: fallback ?? null,
    comment: comment ?? null,
    primaryKey: primaryKey === 't',
    references: schema && relation && column ? { schema, relation, column } : null
  };
}

function bySchema(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const schema = row[0] ?? '';
    const group = groups.get(schema);
    if (group) {
      group.push(row);
    } else {
      groups.set(schema, [row]);
    }
  }
  return groups;
}
