/** Schemas a person works with: not PostgreSQL's own, and not the temporary ones of sessions. */
const USER_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'`;

export const SCHEMAS = `
  SELECT n.nspname, obj_description(n.oid, 'pg_namespace')
  FROM pg_catalog.pg_namespace n
  WHERE ${USER_SCHEMA} AND has_schema_privilege(n.oid, 'USAGE')
  ORDER BY n.nspname = 'public' DESC, n.nspname`;

/** relpages is what ANALYZE last saw: asking for the true size of 30,000 tables would touch 30,000 files. */
export const RELATIONS = `
  SELECT n.nspname, c.relname, c.relkind,
         CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'p', 'm') THEN c.reltuples::bigint END,
         CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0
              THEN c.relpages::bigint * current_setting('block_size')::bigint END,
         d.description, pn.nspname, pc.relname,
         has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_catalog.pg_class'::regclass
  LEFT JOIN pg_catalog.pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
  LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${USER_SCHEMA} AND has_schema_privilege(n.oid, 'USAGE')
  ORDER BY n.nspname, c.relname`;

/** Columns of relation $2 in schema $1, with the first foreign key that each is part of. */
export const COLUMNS = `
  SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
         pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), pg_catalog.col_description(c.oid, a.attnum),
         EXISTS (SELECT FROM pg_catalog.pg_constraint k
                 WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)),
         fk.schema, fk.relation, fk.attname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
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
