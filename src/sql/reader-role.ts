import { quoteIdentifier, quoteLiteral } from './quote';

/** What the read-only role may see and how much of the server it may take. */
export interface ReaderRole {
  readonly role: string;
  readonly database: string;
  readonly schemas: readonly string[];
  /** Roles that create tables: what they create later is granted only by default privileges of their own. */
  readonly owners: readonly string[];
  /** Sessions at most. */
  readonly connectionLimit: number;
  readonly statementTimeoutMs: number;
  /** How long a session may sit inside an open transaction. */
  readonly idleInTransactionTimeoutMs: number;
}

export const READER_ROLE_DEFAULTS = {
  role: 'sagemaker_readonly',
  connectionLimit: 20,
  statementTimeoutMs: 3_600_000,
  idleInTransactionTimeoutMs: 600_000
} as const;

/**
 * The statements that make or repair the role, in order; running them again changes nothing. They set no password.
 * Run them on the primary as a role that may grant for the owners.
 *
 * `ALTER DEFAULT PRIVILEGES` without FOR ROLE covers only what the current role creates
 * (https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html), hence one per owner and schema.
 */
export function readerRoleStatements(options: ReaderRole): readonly string[] {
  const role = quoteIdentifier(options.role);
  return [
    createUnlessThere(options.role),
    `ALTER ROLE ${role} LOGIN CONNECTION LIMIT ${wholeNumber(options.connectionLimit)}`,
    `ALTER ROLE ${role} SET default_transaction_read_only = on`,
    `ALTER ROLE ${role} SET statement_timeout = ${wholeNumber(options.statementTimeoutMs)}`,
    `ALTER ROLE ${role} SET idle_in_transaction_session_timeout = ${wholeNumber(options.idleInTransactionTimeoutMs)}`,
    `GRANT CONNECT ON DATABASE ${quoteIdentifier(options.database)} TO ${role}`,
    ...options.schemas.flatMap(schema => grantsIn(schema, role)),
    ...options.owners.flatMap(owner => options.schemas.flatMap(schema => futureGrants(owner, schema, role)))
  ];
}

/** The same as one script for psql. */
export function readerRoleScript(options: ReaderRole): string {
  return readerRoleStatements(options)
    .map(statement => `${statement};\n`)
    .join('');
}

function createUnlessThere(role: string): string {
  const block = [
    '',
    'BEGIN',
    `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN`,
    `    CREATE ROLE ${quoteIdentifier(role)};`,
    '  END IF;',
    'END',
    ''
  ].join('\n');
  // A quoted body, since a name could hold any dollar-quote tag.
  return `DO ${quoteLiteral(block)}`;
}

function grantsIn(schema: string, role: string): readonly string[] {
  const name = quoteIdentifier(schema);
  return [
    `GRANT USAGE ON SCHEMA ${name} TO ${role}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${name} TO ${role}`,
    `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${name} TO ${role}`
  ];
}

function futureGrants(owner: string, schema: string, role: string): readonly string[] {
  const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)} IN SCHEMA ${quoteIdentifier(schema)}`;
  return [
    `${defaults} GRANT SELECT ON TABLES TO ${role}`,
    `${defaults} GRANT SELECT ON SEQUENCES TO ${role}`
  ];
}

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${value} must be a whole number ≥ 0.`);
  }
  return String(value);
}
