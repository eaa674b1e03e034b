/** Runs SQL on the primary with the operator's own rights. */
export interface Operator {
  /** Who this is, as `pg_roles` names it. */
  readonly name: string;
  /** The rows as text. Throws StatementFailed. */
  run(sql: string): Promise<readonly (readonly (string | null)[])[]>;
  /** All of the statements or none. */
  together(statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A statement that the server refused. The statement is not told where it holds a password's verifier. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  constructor(
    readonly statement: string,
    reason: string,
    readonly sqlstate: string | null
  ) {
    super(`${reason}\n  in: ${withoutVerifier(statement)}`);
  }
}

/** What an operator who lacks a right can do about it, by the statement that was refused. */
export function adviceFor({ statement, sqlstate }: StatementFailed, operator: string): string | null {
  if (sqlstate !== '42501') {
    return null;
  }
  const [, owner] = /FOR ROLE (".+?"|\S+)/.exec(statement) ?? [];
  return owner
    ? `Only members of ${owner} may change what it grants: GRANT ${owner} TO ${operator}; run this again, then REVOKE it.`
    : `Run this as a role that may grant on these schemas, such as the owner of the tables or the cluster's administrator.`;
}

function withoutVerifier(statement: string): string {
  return statement.replace(/PASSWORD '[^']*'/, 'PASSWORD …');
}
