import type { DatabaseFunction } from '../../contract/functions';
import type { Session } from '../postgres/session';

/** Those that a person calls: not procedures, operators' functions and what only the server calls. */
const FUNCTIONS = `
SELECT DISTINCT ON (n.nspname, p.proname)
  n.nspname AS schema, p.proname AS name,
  CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' ELSE 'function' END AS kind,
  pg_catalog.pg_get_function_arguments(p.oid) AS arguments, pg_catalog.pg_get_function_result(p.oid) AS result
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_type t ON t.oid = p.prorettype
WHERE p.prokind <> 'p'
  AND t.typname NOT IN ('internal', 'trigger', 'event_trigger', 'cstring', 'language_handler', 'fdw_handler', 'index_am_handler')
  AND NOT (2281 = ANY (p.proargtypes) OR 2275 = ANY (p.proargtypes))
  AND n.nspname NOT IN ('information_schema', 'pg_toast')
  AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
  AND (n.nspname <> 'pg_catalog' OR NOT EXISTS (SELECT FROM pg_catalog.pg_operator o WHERE o.oprcode = p.oid))
ORDER BY n.nspname, p.proname, p.pronargs, p.oid`;

/** One query over pg_proc. */
export async function readFunctions(session: Session): Promise<readonly DatabaseFunction[]> {
  const rows = await session.rows(FUNCTIONS);
  return rows.map(([schema, name, kind, given, result]) => ({
    schema: schema ?? '',
    name: name ?? '',
    kind: kind === 'aggregate' || kind === 'window' ? kind : 'function',
    arguments: given ?? '',
    result: result ?? ''
  }));
}
