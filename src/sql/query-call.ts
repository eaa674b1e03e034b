import { wantedParameters } from './parameters';
import { type PythonToken, pythonString, pythonTokens } from './python-tokens';
import { sqlCell } from './sql-cell';

/** A value of a parameter: PostgreSQL's text or null for NULL, or Python that only the kernel can evaluate. */
type CellValue = { readonly value: string | null } | { readonly expression: string };
export type CellParameter = { readonly name: string } & CellValue;

/** The statement that a cell asks the replica, with its parameters (`1` for `$1`). */
export interface CellStatement {
  readonly sql: string;
  readonly profile: string | null;
  readonly parameters: readonly CellParameter[];
}

const METHODS = ['query', 'aquery', 'query_arrow', 'query_polars', 'scalar', 'stream', 'explain'];

/**
 * The statement of a `%%sql` cell, or of the call of `db` that the cursor is in; else of the last call before the cursor,
 * or of the first one. Null for a cell without one, and for SQL that Python puts together.
 */
export function statementOfCell(source: string, cursor: number): CellStatement | null {
  const cell = sqlCell(source);
  if (cell) {
    const sql = cell.sql.trim();
    const { names, style } = wantedParameters(sql);
    const parameters = style === 'named' ? names.map(name => ({ name, expression: name })) : [];
    return sql === '' ? null : { sql, profile: cell.profile, parameters };
  }
  const calls = queryCalls(source);
  const call = calls.filter(({ from }) => from <= cursor).at(-1) ?? calls[0];
  return call?.statement ?? null;
}

interface QueryCall {
  readonly from: number;
  readonly statement: CellStatement;
}

function queryCalls(source: string): readonly QueryCall[] {
  const tokens = pythonTokens(source);
  return tokens.flatMap((token, index) => {
    const isCall =
      METHODS.includes(token.text) && tokens[index - 1]?.text === '.' && tokens[index + 1]?.text === '(';
    const statement = isCall ? statementOfCall(source, tokens, index + 2) : null;
    // The line that the call stands on belongs to it: `df = db.query(…`.
    const from = source.lastIndexOf('\n', token.from) + 1;
    return statement ? [{ from, statement: { ...statement, profile: profileBefore(tokens, index) } }] : [];
  });
}

/** `db.profile("prod").query(` */
function profileBefore(tokens: readonly PythonToken[], method: number): string | null {
  const [name, open, literal, close] = tokens.slice(method - 5, method - 1);
  const isProfile = name?.text === 'profile' && open?.text === '(' && close?.text === ')';
  return isProfile && literal ? pythonString(literal.text) : null;
}

function statementOfCall(
  source: string,
  tokens: readonly PythonToken[],
  first: number
): Omit<CellStatement, 'profile'> | null {
  const [head, ...rest] = argumentsAt(tokens, first);
  const sql = head ? joined(head) : null;
  if (sql === null) {
    return null;
  }
  const keyword = rest.find(([name, equals]) => name?.text === 'params' && equals?.text === '=');
  const positional = rest[0]?.[1]?.text === '=' ? undefined : rest[0];
  const params = keyword?.slice(2) ?? positional ?? [];
  return { sql, parameters: parametersOf(source, sql, params) };
}

/** Literals that stand side by side are one, as Python has it. */
function joined(tokens: readonly PythonToken[]): string | null {
  const texts = tokens.map(({ kind, text }) => (kind === 'string' ? pythonString(text) : null));
  return texts.length > 0 && texts.every(text => text !== null) ? texts.join('') : null;
}

/** The arguments, or elements, from token `first` up to the bracket that closes them. */
function argumentsAt(tokens: readonly PythonToken[], first: number): readonly (readonly PythonToken[])[] {
  const found: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(first)) {
    if (token.kind === 'symbol') {
      if ('([{'.includes(token.text)) depth += 1;
      if (')]}'.includes(token.text) && depth-- === 0) break;
      if (token.text === ',' && depth === 0) {
        found.push([]);
        continue;
      }
    }
    found.at(-1)?.push(token);
  }
  return found.filter(argument => argument.length > 0);
}

function parametersOf(source: string, sql: string, params: readonly PythonToken[]): readonly CellParameter[] {
  const [open] = params;
  if (open?.text === '{') {
    return argumentsAt(params, 1).flatMap(([key, , ...value]) => {
      const name = key ? pythonString(key.text) : null;
      return name === null ? [] : [{ name, ...valueOf(source, value) }];
    });
  }
  if (open?.text === '[' || open?.text === '(') {
    return argumentsAt(params, 1).map((value, index) => ({
      name: `${index + 1}`,
      ...valueOf(source, value)
    }));
  }
  const held = textOf(source, params);
  const { style, names } = wantedParameters(sql);
  return held === '' || held === 'None'
    ? []
    : names.map(name => ({
        name,
        expression: style === 'named' ? `${held}["${name}"]` : `${held}[${Number(name) - 1}]`
      }));
}

function valueOf(source: string, tokens: readonly PythonToken[]): CellValue {
  const text = textOf(source, tokens);
  const string = joined(tokens);
  if (string !== null) return { value: string };
  if (text === 'None') return { value: null };
  if (text === 'True' || text === 'False') return { value: text.toLowerCase() };
  if (/^-?\d[\d_]*(\.\d+)?$/.test(text)) return { value: text.replaceAll('_', '') };
  return { expression: text };
}

function textOf(source: string, tokens: readonly PythonToken[]): string {
  return source.slice(tokens[0]?.from ?? 0, tokens.at(-1)?.to ?? 0);
}
