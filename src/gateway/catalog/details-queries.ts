/** A name that is not parsed: quotes, spaces and right-to-left text are letters like others. $1 schema, $2 relation. */
const FOUND = `
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2`;

const STORED = "c.relkind IN ('r', 'm', 'S')";
const PRIVILEGES = "ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']";
const COLUMN_NAMES = (relation: string, numbers: string) => `
  to_json(ARRAY(
    SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS key (attnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = key.attnum ORDER BY key.place))`;

/** A partition's own definition and that of its parent. One row, or none where there is no such relation. */
export const RELATION = `
  SELECT c.oid, pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.obj_description(c.oid, 'pg_class'),
         CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'p', 'm') THEN c.reltuples::bigint END,
         CASE WHEN ${STORED} THEN pg_catalog.pg_table_size(c.oid) END,
         CASE WHEN ${STORED} THEN pg_catalog.pg_indexes_size(c.oid) END,
         CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END,
         CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
         (SELECT json_build_array(pn.nspname, p.relname)
          FROM pg_catalog.pg_inherits i
          JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
          WHERE c.relispartition AND i.inhrelid = c.oid LIMIT 1),
         pg_catalog.pg_get_expr(c.relpartbound, c.oid),
         to_json(ARRAY(SELECT p FROM unnest(${PRIVILEGES}) AS p
                       WHERE CASE WHEN c.relkind <> 'S' THEN has_table_privilege(c.oid, p) ELSE p = 'SELECT' AND has_sequence_privilege(c.oid, p) END)),
         CASE WHEN c.relkind <> 'S' AND NOT has_table_privilege(c.oid, 'SELECT') THEN
           to_json(ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attnum)) END
  ${FOUND}`;

/** Constraints of relation $1 (oid), and the foreign keys of others that lead to it. */
export const CONSTRAINTS = `
  SELECT k.conname, k.contype, k.conrelid = $1::oid, pg_catalog.pg_get_constraintdef(k.oid, true),
         ${COLUMN_NAMES('k.conrelid', 'k.conkey')}, n.nspname, c.relname,
         ${COLUMN_NAMES('k.confrelid', 'k.confkey')}, k.conrelid = k.confrelid
  FROM pg_catalog.pg_constraint k
  LEFT JOIN pg_catalog.pg_class c
    ON k.contype = 'f' AND c.oid = CASE WHEN k.conrelid = $1::oid THEN k.confrelid ELSE k.conrelid END
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE (k.conrelid = $1::oid AND k.contype IN ('p', 'u', 'f', 'c'))
     OR (k.confrelid = $1::oid AND k.contype = 'f' AND k.conparentid = 0)
  ORDER BY k.contype <> 'p', k.conname`;

/** Scans are those of the server that answers, which counts its own. */
export const INDEXES = `
  SELECT c.relname, pg_catalog.pg_get_indexdef(x.indexrelid), x.indisunique, x.indisprimary, x.indisvalid,
         CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END,
         pg_catalog.pg_stat_get_numscans(c.oid)
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
  WHERE x.indrelid = $1::oid
  ORDER BY NOT x.indisprimary, c.relname`;

export const PARTITIONS = `
  SELECT n.nspname, c.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid),
         CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
         CASE WHEN c.reltuples >= 0 AND c.relkind = 'r'
              THEN c.relpages::bigint * current_setting('block_size')::bigint END
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = $1::oid
  ORDER BY c.relname`;
