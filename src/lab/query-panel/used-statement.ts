import { type ReadonlyJSONObject } from '@lumino/coreutils';
import { requestOf, type SentStatement, withoutSecrets } from './sent-statement';

/** A statement with its values, and the panel that it comes from. */
export interface UsedStatement {
  readonly statement: SentStatement;
  readonly name: string;
  readonly profile: string | null;
  /** What all its rows would take; null where nobody knows. */
  readonly estimatedBytes: number | null;
}

/** What a person wrote, with the values; those of secrets are for the other end to ask for. */
export function asWritten({ statement, name, profile }: UsedStatement): ReadonlyJSONObject {
  const parameters = withoutSecrets(statement.parameters ?? []).map(parameter => ({ ...parameter }));
  return { sql: statement.text, parameters, name, profile };
}

/** What the server gets. */
export function asSent({ statement, name, profile }: UsedStatement): ReadonlyJSONObject {
  const { sql, params, secretParams } = requestOf(statement);
  return { sql, params: [...params], secretParams: [...secretParams], name, profile };
}
