import { GatewayError } from '../gateway-error';
import type { Session } from '../postgres/session';
import type { ColumnDescription } from '../postgres/statement';

export interface FoundKey {
  readonly name: string;
  /** With modifiers. */
  readonly type: string;
  readonly isIndexed: boolean;
}

/**
 * The column by whose bounds a statement is cut: the one asked for, or the first that is an index's first column in its table, a
 * unique one before others. Throws GatewayError `bad-request` where there is none.
 */
export async function findKey(
  session: Pick<Session, 'rows'>,
  columns: readonly ColumnDescription[],
  asked: string | null
): Promise<FoundKey> {
  const rows = await session.rows(INDEXED, [
    `{${columns.map(({ tableOid }) => tableOid).join(',')}}`,
    `{${columns.map(({ attributeNumber }) => attributeNumber).join(',')}}`,
    `{${columns.map(({ oid }) => oid).join(',')}}`,
    `{${columns.map(({ typmod }) => typmod).join(',')}}`
  ]);
  const keys = rows.map(([index, type, unique, isOrdered]) => ({
    name: columns[Number(index) - 1]!.name,
    type: type ?? '',
    unique,
    isOrdered: isOrdered === 't'
  }));
  const ordered = keys.filter(({ isOrdered }) => isOrdered);
  const chosen =
    asked === null
      ? (ordered.find(({ unique }) => unique === 't') ?? ordered.find(({ unique }) => unique === 'f'))
      : keys.find(({ name }) => name === asked);
  if (!chosen?.isOrdered) {
    throw new GatewayError(
      'bad-request',
      asked === null
        ? 'The statement is no plain read of one table, and none of its columns is the first of an index.'
        : `The statement cannot be cut by ${asked}: ${chosen ? 'its values have no order' : 'it has no such column'}.`,
      {
        subject: asked,
        action: `Name a column to cut it by, such as an identifier or a time. Its columns: ${columns.map(({ name }) => name).join(', ')}.`
      }
    );
  }
  return { name: chosen.name, type: chosen.type, isIndexed: chosen.unique !== null };
}

const INDEXED = `
  SELECT c.place, pg_catalog.format_type(c.type, c.typmod),
         (SELECT pg_catalog.bool_or(i.indisunique AND i.indnkeyatts = 1) FROM pg_catalog.pg_index i
          WHERE i.indrelid = c.relation AND i.indkey[0] = c.attribute AND i.indisvalid AND i.indpred IS NULL),
         EXISTS (SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod
                 WHERE a.amname = 'btree' AND o.opcdefault
                   AND (o.opcintype = c.type OR o.opcintype = (SELECT b.typbasetype FROM pg_catalog.pg_type b WHERE b.oid = c.type)
                        OR EXISTS (SELECT FROM pg_catalog.pg_cast k WHERE k.castsource = c.type
                                   AND k.casttarget = o.opcintype AND k.castmethod = 'b')))
  FROM ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::int[]),
                  pg_catalog.unnest($3::oid[]), pg_catalog.unnest($4::int[]))
       WITH ORDINALITY AS c(relation, attribute, type, typmod, place)
  ORDER BY c.place`;
