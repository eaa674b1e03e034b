import { type Written } from '../../contract/history';
import { type PlanRequest } from '../../contract/plan';
import { type TextRange, tokenAtPosition } from '../../sql/position';
import { bindNames, type BoundStatement, wantedParameters, writtenRange } from '../../sql/parameters';

/** A parameter's value as text, null for NULL. A secret one is neither stored nor shown. */
export interface SentParameter {
  readonly name: string;
  readonly value: string | null;
  readonly secret: boolean;
}

/** What was sent as it was written, and where in the editor's text it began. */
export interface SentStatement {
  readonly text: string;
  readonly from: number;
  /** By name, or in the order of their numbers. */
  readonly parameters?: readonly SentParameter[];
}

/** The statement as the gateway takes it: names become numbers, and the values are bound by the protocol. */
export function requestOf(statement: SentStatement): {
  readonly sql: string;
  readonly params: NonNullable<PlanRequest['params']>;
  /** Positions in `params` whose values are secret. */
  readonly secretParams: readonly number[];
  readonly written: Written | null;
} {
  const { text, parameters = [] } = statement;
  if (parameters.length === 0) {
    return { sql: text, params: [], secretParams: [], written: null };
  }
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const { sql, names } = bound(statement);
  const secrets = new Set(parameters.filter(({ secret }) => secret).map(({ name }) => name));
  return {
    sql,
    params: names.map(name => values.get(name) ?? null),
    secretParams: names.flatMap((name, position) => (secrets.has(name) ? [position] : [])),
    written: { sql: text, parameters: withoutSecrets(parameters) }
  };
}

/** The place in the editor that the server means by a position in what it got, counted from 1 behind `prefix`. */
export function editorRange(statement: SentStatement, position: number, prefix = 0): TextRange {
  const sent = bound(statement);
  const range = writtenRange(sent, tokenAtPosition(sent.sql, Math.max(1, position - prefix)));
  return { from: statement.from + range.from, to: statement.from + range.to };
}

/** Whether both ask the same, wherever they stand. */
export function isSameStatement(one: SentStatement, other: SentStatement): boolean {
  const asked = ({ text, parameters = [] }: SentStatement) =>
    JSON.stringify([text, parameters.map(({ name, value }) => [name, value])]);
  return asked(one) === asked(other);
}

export function withoutSecrets(parameters: readonly SentParameter[]): readonly SentParameter[] {
  return parameters.map(parameter => (parameter.secret ? { ...parameter, value: null } : parameter));
}

function bound({ text, parameters = [] }: SentStatement): BoundStatement {
  return wantedParameters(text).style === 'named'
    ? bindNames(text, new Set(parameters.map(({ name }) => name)))
    : { sql: text, names: parameters.map(({ name }) => name), edits: [] };
}
