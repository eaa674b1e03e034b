import { quoteIdentifier, quoteLiteral } from '../sql/quote';
import { READER_ROLE_DEFAULTS, readerRoleStatements } from '../sql/reader-role';
import type { Options } from './options';
import { permissionReport } from './report';
import type { Operator } from './statements';

/** Makes or mends the role, all of it or nothing, and returns what it may do then. */
export async function applyRole(
  operator: Operator,
  options: Options,
  verifier: string | null
): Promise<readonly string[]> {
  const owners = options.owners.length > 0 ? options.owners : await ownersIn(operator, options.schemas);
  const role = quoteIdentifier(options.role);
  await operator.together([
    ...readerRoleStatements({ ...READER_ROLE_DEFAULTS, ...options, owners }),
    ...(verifier ? [`ALTER ROLE ${role} PASSWORD ${quoteLiteral(verifier)}`] : []),
    ...(options.iam ? [`GRANT rds_iam TO ${role}`] : [])
  ]);
  return permissionReport(operator, options.role, options.schemas);
}

/** Takes the role and all that was granted to it in this database away. It owns nothing, since it cannot create. */
export async function removeRole(operator: Operator, role: string): Promise<readonly string[]> {
  const [found] = await operator.run(
    `SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}`
  );
  if (!found) {
    return [`There is no role ${role}.`];
  }
  const name = quoteIdentifier(role);
  await operator.together([`DROP OWNED BY ${name}`, `DROP ROLE ${name}`]);
  return [`The role ${role} is gone.`];
}

async function ownersIn(operator: Operator, schemas: readonly string[]): Promise<readonly string[]> {
  const rows = await operator.run(`
    SELECT DISTINCT o.rolname::text
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname IN (${schemas.map(quoteLiteral).join(', ')})
    ORDER BY 1`);
  return rows.flatMap(([owner]) => (owner ? [owner] : []));
}
