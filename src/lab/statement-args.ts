import { parseWrittenParameter } from '../contract/history';
import { list, nullable, optional, type Parsed, record, text } from '../contract/parse';

/** A statement as commands take it. Values of secret parameters are null. */
const parse = record({
  sql: text,
  name: optional(text, 'query'),
  profile: optional(nullable(text), null),
  parameters: optional(list(parseWrittenParameter), [])
});
export type StatementArgs = Parsed<typeof parse>;

/** Throws ContractError for arguments that are not such. */
export function statementArgs(args: unknown): StatementArgs {
  return parse(args);
}
