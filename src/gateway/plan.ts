import { parseExplain } from '../contract/explain';
import type { Plan, PlanNode, PlanReply, PlanRequest } from '../contract/plan';
import { GatewayError } from './gateway-error';
import type { Session } from './postgres/session';
import type { TypeNames } from './postgres/type-names';

/**
 * What the server would do with a statement, and what its parameters are. The statement is not run. Throws what the server
 * says to a statement that it does not understand, with the position in the statement.
 */
export async function readPlan(
  session: Session,
  types: TypeNames,
  { sql, params }: PlanRequest
): Promise<PlanReply> {
  const { parameterTypes } = await session.describe(sql);
  const asked = parameterTypes.map(oid => ({ oid, typmod: NO_MODIFIERS }));
  const parameters = (await types.of(session, asked)).map(({ name }) => name);
  if (params?.length !== parameters.length) {
    return { parameters, plan: null, source: null, relations: [] };
  }
  const source = await explained(session, sql, params);
  const plan = source === null ? null : parseExplain(JSON.parse(source));
  return { parameters, plan, source, relations: plan ? await sizes(session, plan) : [] };
}

const NO_MODIFIERS = -1;

/** PostgreSQL's JSON; null for a statement that EXPLAIN does not take, such as SHOW. */
async function explained(
  session: Session,
  sql: string,
  params: PlanRequest['params']
): Promise<string | null> {
  try {
    const [row] = await session.rows(`EXPLAIN (VERBOSE, FORMAT JSON) ${sql}`, params ?? []);
    return row?.[0] ?? null;
  } catch (error) {
    // The server has just understood the statement without EXPLAIN before it.
    if (error instanceof GatewayError && error.code === 'syntax-error') {
      return null;
    }
    throw error;
  }
}

/** relpages is what ANALYZE last saw; the true size would touch a file for each relation. */
const SIZES = `
  SELECT n.nspname, c.relname, c.relpages::bigint * current_setting('block_size')::bigint
  FROM unnest($1::text[], $2::text[]) AS read (schema, name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = read.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = read.name`;

async function sizes(session: Session, { root }: Plan): Promise<PlanReply['relations']> {
  const read = new Map(relationsOf(root).map(relation => [JSON.stringify(relation), relation]));
  const relations = [...read.values()];
  if (relations.length === 0) {
    return [];
  }
  const rows = await session.rows(SIZES, [
    textArray(relations.map(({ schema }) => schema)),
    textArray(relations.map(({ name }) => name))
  ]);
  return rows.map(([schema, name, size]) => ({
    schema: schema ?? '',
    name: name ?? '',
    sizeBytes: Number(size ?? 0)
  }));
}

function relationsOf(node: PlanNode): { readonly schema: string; readonly name: string }[] {
  const { relation, children } = node;
  const own = relation?.schema ? [{ schema: relation.schema, name: relation.name }] : [];
  return [...own, ...children.flatMap(relationsOf)];
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function textArray(values: readonly string[]): string {
  return `{${values.map(value => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
