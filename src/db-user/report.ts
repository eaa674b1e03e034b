import { quoteLiteral } from '../sql/quote';
import type { Operator } from './statements';

type Row = readonly (string | null)[];

/** What the role may do now, as lines to read. A line that begins with `!` needs somebody's attention. */
export async function permissionReport(
  operator: Operator,
  role: string,
  schemas: readonly string[]
): Promise<readonly string[]> {
  const [login] = await operator.run(LOGIN(role));
  if (!login) {
    return [`! There is no role ${role}.`];
  }
  const list = schemas.map(quoteLiteral).join(', ');
  return [
    ...loginLines(role, login),
    ...(await operator.run(SCHEMAS(role, list))).map(schemaLine),
    ...(await operator.run(UNREADABLE(role, list))).map(([table]) => `! cannot read ${table}`),
    ...(await operator.run(WRITABLE(role))).map(([table]) => `! may write ${table}`),
    ...(await operator.run(UNCOVERED(role, list))).map(
      ([owner, schema]) => `! cannot read what ${owner} creates later in ${schema}`
    )
  ];
}

function loginLines(role: string, [canLogin, limit, powers, settings]: Row): readonly string[] {
  return [
    `${role} ${canLogin === 't' ? 'can' : 'cannot'} log in, ${limit === '-1' ? 'without a limit' : `${limit} connections at most`}`,
    ...(settings ? [`settings: ${settings}`] : ['! no settings of its own']),
    ...(powers ? [`! has more than reading needs: ${powers}`] : [])
  ];
}

function schemaLine([schema, usage, readable, all, create]: Row): string {
  if (create === 't') {
    return `! may create in ${schema}`;
  }
  return usage === 't'
    ? `reads ${readable} of ${all} tables and views in ${schema}`
    : `! may not use schema ${schema}: npm run db:user grants it`;
}

const LOGIN = (role: string) => `
  SELECT rolcanlogin, rolconnlimit::text,
         concat_ws(', ', CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreatedb THEN 'create databases' END,
           CASE WHEN rolcreaterole THEN 'create roles' END, CASE WHEN rolreplication THEN 'replication' END,
           CASE WHEN rolbypassrls THEN 'bypass row security' END),
         array_to_string(rolconfig, ', ')
  FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}`;

const SCHEMAS = (role: string, schemas: string) => `
  SELECT n.nspname::text, has_schema_privilege(${quoteLiteral(role)}, n.oid, 'USAGE'),
         count(c.oid) FILTER (WHERE has_table_privilege(${quoteLiteral(role)}, c.oid, 'SELECT'))::text,
         count(c.oid)::text,
         has_schema_privilege(${quoteLiteral(role)}, n.oid, 'CREATE')
  FROM pg_catalog.pg_namespace n
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  WHERE n.nspname IN (${schemas}) GROUP BY n.oid, n.nspname ORDER BY 1`;

const TABLES = `
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

const UNREADABLE = (role: string, schemas: string) => `
  SELECT format('%I.%I', n.nspname, c.relname) ${TABLES} AND n.nspname IN (${schemas})
    AND NOT has_table_privilege(${quoteLiteral(role)}, c.oid, 'SELECT')
  ORDER BY 1`;

const WRITABLE = (role: string) => `
  SELECT format('%I.%I', n.nspname, c.relname) ${TABLES}
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND has_table_privilege(${quoteLiteral(role)}, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
  ORDER BY 1`;

/** Owners of tables whose default privileges do not let the role read what they create next. */
const UNCOVERED = (role: string, schemas: string) => `
  SELECT DISTINCT o.rolname::text, n.nspname::text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname IN (${schemas})
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_default_acl d, aclexplode(d.defaclacl) a
      WHERE d.defaclrole = c.relowner AND d.defaclnamespace IN (n.oid, 0) AND d.defaclobjtype = 'r'
        AND a.privilege_type = 'SELECT'
        AND a.grantee = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}))
  ORDER BY 1, 2`;
