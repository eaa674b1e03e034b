import type { CatalogScope } from '../../contract/catalog';

const IS_SYSTEM = "n.nspname IN ('pg_catalog', 'information_schema')";

/** Temporary schemas are of sessions, and TOAST tables are parts of tables: neither is of use to anybody here. */
function inScope({ system }: Pick<CatalogScope, 'system'>): string {
  const own = "n.nspname !~ '^pg_(toast|temp)'";
  return system ? own : `${own} AND NOT ${IS_SYSTEM}`;
}

/** Who asks and one row a schema, with those that the role may not use. */
export const schemas = (scope: CatalogScope): string => `
  SELECT n.oid, n.nspname, d.description, pg_catalog.pg_has_role(n.nspowner, 'USAGE'), ${IS_SYSTEM},
         pg_catalog.has_schema_privilege(n.oid, 'USAGE'), current_user
  FROM pg_catalog.pg_namespace n
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_catalog.pg_namespace'::regclass
  WHERE ${inScope(scope)}`;

/**
 * One row a relation in no order: sorting 30,000 of them is cheaper here than there. relpages is what ANALYZE last saw:
 * asking for the true size would touch a file for each.
 */
export const relations = (scope: CatalogScope): string => `
  SELECT c.relnamespace, c.oid, c.relname, c.relkind,
         CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'p', 'm') THEN c.reltuples::bigint END,
         CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0
              THEN c.relpages::bigint * current_setting('block_size')::bigint END,
         d.description, i.inhparent,
         has_table_privilege(c.oid, 'SELECT') OR (c.relkind <> 'S' AND has_any_column_privilege(c.oid, 'SELECT'))
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_catalog.pg_class'::regclass
  LEFT JOIN pg_catalog.pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f'${scope.sequences ? ", 'S'" : ''})
    AND ${inScope(scope)} AND has_schema_privilege(n.oid, 'USAGE')`;

/**
 * Columns of relation $2 in schema $1, with the first foreign key that each is part of; a relation without columns is one
 * row of nulls.
 */
export const COLUMNS = `
  SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
         pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), pg_catalog.col_description(c.oid, a.attnum),
         EXISTS (SELECT FROM pg_catalog.pg_constraint k
                 WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)),
         fk.schema, fk.relation, fk.attname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = c.oid AND ad.adnum = a.attnum
  LEFT JOIN LATERAL (
    SELECT fn.nspname AS schema, fc.relname AS relation, fa.attname
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
    JOIN pg_catalog.pg_attribute fa
      ON fa.attrelid = fc.oid AND fa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
    WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
    ORDER BY k.oid LIMIT 1
  ) fk ON true
  WHERE n.nspname = $1 AND c.relname = $2
  ORDER BY a.attnum`;
