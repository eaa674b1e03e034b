import type { Catalog, CatalogScope, Column, Relation, RelationKind } from '../../contract/catalog';
import { GatewayError } from '../gateway-error';
import type { Session } from '../postgres/session';
import { COLUMNS, relations as relationsOf, schemas as schemasOf } from './queries';

type Row = readonly (string | null)[];
type Schema = Catalog['schemas'][number];

/** pg_class.relkind to the contract's word. */
const KINDS: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'materialized-view',
  f: 'foreign-table',
  S: 'sequence'
};

/** All schemas, and the relations of those that the current role may use, from two catalog queries. */
export async function readCatalog(
  session: Session,
  scope: CatalogScope,
  now: () => number
): Promise<Catalog> {
  const schemas = await session.rows(schemasOf(scope));
  const relations = inSchemas(await session.rows(relationsOf(scope)), schemas);
  return {
    asOf: new Date(now()).toISOString(),
    role: schemas[0]?.[6] ?? '',
    schemas: schemas
      .map(([oid, name, comment, owned, system, usable]): Schema => ({
        name: name ?? '',
        comment: comment ?? null,
        owned: owned === 't' && system === 'f',
        system: system === 't',
        usable: usable === 't',
        relations: (relations.get(oid ?? '') ?? []).sort(byName)
      }))
      .sort((a, b) => place(a) - place(b) || byName(a, b))
  };
}

/** The columns of one relation in their order; none for one without columns. Throws `not-found`. */
export async function readColumns(
  session: Session,
  schema: string,
  relation: string
): Promise<readonly Column[]> {
  const rows = await session.rows(COLUMNS, [schema, relation]);
  if (rows.length === 0) {
    throw noSuchRelation(schema, relation);
  }
  // A table without columns is one row without a column.
  return rows.filter(([name]) => name !== null).map(toColumn);
}

export function noSuchRelation(schema: string, relation: string): GatewayError {
  return new GatewayError('not-found', `There is no table or view ${schema}.${relation}.`, {
    subject: `${schema}.${relation}`,
    action: 'Refresh the catalog; it may have been dropped or renamed.'
  });
}

/** The role's own schemas, then `public`, the others, those it may not use, and the system's. */
function place({ name, owned, system, usable }: Schema): number {
  return system ? 4 : !usable ? 3 : owned ? 0 : name === 'public' ? 1 : 2;
}

/** Relations by the oid of their schema. */
function inSchemas(rows: readonly Row[], schemas: readonly Row[]): ReadonlyMap<string, Relation[]> {
  const schemaNames = new Map(schemas.map(([oid, name]) => [oid, name ?? '']));
  const parents = new Set(rows.flatMap(row => row[7] ?? []));
  const parentNames = new Map(
    rows
      .filter(row => parents.has(row[1] ?? ''))
      .map(([schema = '', oid, name]) => [
        oid,
        { schema: schemaNames.get(schema) ?? '', relation: name ?? '' }
      ])
  );
  const found = new Map<string, Relation[]>();
  for (const row of rows) {
    const relation = toRelation(row, row[7] ? (parentNames.get(row[7]) ?? null) : null);
    const schema = row[0] ?? '';
    const known = found.get(schema);
    if (known) {
      known.push(relation);
    } else {
      found.set(schema, [relation]);
    }
  }
  return found;
}

function toRelation(row: Row, partitionOf: Relation['partitionOf']): Relation {
  const [, , name, kind, rowEstimate, sizeBytes, comment, , readable] = row;
  return {
    name: name ?? '',
    kind: KINDS[kind ?? ''] ?? 'table',
    rowEstimate: rowEstimate ? Number(rowEstimate) : null,
    sizeBytes: sizeBytes ? Number(sizeBytes) : null,
    comment: comment ?? null,
    partitionOf,
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

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
