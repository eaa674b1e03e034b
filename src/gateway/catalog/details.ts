import { list, text } from '../../contract/parse';
import type { ForeignKey, RelationDetails } from '../../contract/relation-details';
import type { Session } from '../postgres/session';
import { CONSTRAINTS, INDEXES, PARTITIONS, RELATION } from './details-queries';
import { noSuchRelation } from './introspect';

type Row = readonly (string | null)[];

/** All about one relation but its columns, from four queries. Throws `not-found`. */
export async function readDetails(
  session: Session,
  schema: string,
  relation: string
): Promise<RelationDetails> {
  const [found] = await session.rows(RELATION, [schema, relation]);
  if (!found) {
    throw noSuchRelation(schema, relation);
  }
  const [oid = null, owner, comment, rowEstimate, tableBytes, indexBytes, ...rest] = found;
  const [definition, partitionKey, parent, bounds, grants, readableColumns] = rest;
  const constraints = await session.rows(CONSTRAINTS, [oid]);
  const [parentSchema, parentName] = names(parent);
  return {
    owner: owner ?? '',
    comment: comment ?? null,
    rowEstimate: counted(rowEstimate),
    tableBytes: counted(tableBytes),
    indexBytes: counted(indexBytes),
    definition: definition ?? null,
    partitionKey: partitionKey ?? null,
    partitionOf: parentSchema && parentName ? { schema: parentSchema, relation: parentName } : null,
    bounds: bounds ?? null,
    ...ofConstraints(constraints),
    indexes: (await session.rows(INDEXES, [oid])).map(toIndex),
    partitions: partitionKey ? (await session.rows(PARTITIONS, [oid])).map(toPartition) : [],
    grants: names(grants),
    readableColumns: names(readableColumns)
  };
}

function ofConstraints(rows: readonly Row[]) {
  const own = rows.filter(([, , isOwn]) => isOwn === 't');
  const ofType = (type: string) => own.filter(row => row[1] === type);
  return {
    keys: [...ofType('p'), ...ofType('u')].map(([name, type, , definition, columns]) => ({
      name: name ?? '',
      kind: type === 'p' ? ('primary' as const) : ('unique' as const),
      columns: names(columns),
      definition: definition ?? ''
    })),
    foreignKeys: ofType('f').map(row => toForeignKey(row, true)),
    referencedBy: rows
      .filter(
        ([, type, isOwn, , , ...other]) => type === 'f' && (isOwn === 'f' || leadsToItself(isOwn, other))
      )
      .map(row => toForeignKey(row, false)),
    checks: ofType('c').map(([name, , , definition]) => ({ name: name ?? '', definition: definition ?? '' }))
  };
}

/** Of a key to its own relation only one row comes, which is both. */
function leadsToItself(isOwn: string | null | undefined, other: Row): boolean {
  return isOwn === 't' && other.at(-1) === 't';
}

function toForeignKey(row: Row, isOwn: boolean): ForeignKey {
  const [name, , , , columns, schema, relation, otherColumns] = row;
  const [here, there] = isOwn ? [columns, otherColumns] : [otherColumns, columns];
  return {
    name: name ?? '',
    columns: names(here),
    other: { schema: schema ?? '', relation: relation ?? '' },
    otherColumns: names(there)
  };
}

function toIndex([name, definition, unique, primary, valid, sizeBytes, scans]: Row) {
  return {
    name: name ?? '',
    definition: definition ?? '',
    unique: unique === 't',
    primary: primary === 't',
    valid: valid === 't',
    sizeBytes: counted(sizeBytes) ?? 0,
    scans: counted(scans)
  };
}

function toPartition([schema, name, bounds, rowEstimate, sizeBytes]: Row) {
  return {
    schema: schema ?? '',
    name: name ?? '',
    bounds: bounds ?? '',
    rowEstimate: counted(rowEstimate),
    sizeBytes: counted(sizeBytes)
  };
}

const counted = (value: string | null | undefined): number | null => (value ? Number(value) : null);

function names(json: string | null | undefined): readonly string[] {
  return json ? list(text)(JSON.parse(json)) : [];
}
