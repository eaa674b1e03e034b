/** A statement for a notebook cell. */
export interface CellDraft {
  readonly sql: string;
  /** Values for `:name`, or by number for `$1`; one that is secret is asked for when the cell runs. */
  readonly parameters?: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly secret: boolean;
  }[];
  /** The connection profile, unless it is the one that `db` uses. */
  readonly profile?: string | null;
  /** One frozen view of the database, to which more queries can be added. */
  readonly snapshot?: boolean;
  /** Rows that would not fit into memory are read part by part. */
  readonly stream?: boolean;
  /** What the cell goes on with instead of showing the rows; `{df}` stands for their variable. */
  readonly code?: string | null;
}

/**
 * Python source that puts all rows of a statement into `variable`. The SQL reads back from the source
 * character by character. Instead of showing it the cell may go on with `code`, in which `{df}` stands for the variable.
 */
export function dataFrameCell(draft: CellDraft, variable: string, withImport: boolean): string {
  const { sql, parameters = [], profile = null, snapshot = false, stream = false, code = null } = draft;
  const values = parameters.length > 0 ? `, ${paramsLiteral(parameters)}` : '';
  const chosen = profile === null ? 'db' : `db.profile(${quoted(profile)})`;
  // A view is frozen for the queries of one object.
  const database = snapshot && profile !== null ? 'replica' : chosen;
  const call = `${database}.${stream ? 'stream' : 'query'}(${pythonLiteral(sql)}${values})`;
  const read = stream ? streamed(call, variable) : `${variable} = ${call}`;
  const frozen = `with ${database}.snapshot():\n${indented(read, sql)}`;
  const body = snapshot ? (database === chosen ? frozen : `${database} = ${chosen}\n${frozen}`) : read;
  const names = [...(withImport ? ['db'] : []), ...(hasSecret(parameters) ? ['secret'] : [])];
  const imports = [
    ...(names.length > 0 ? [`from db_connection import ${names.join(', ')}`] : []),
    ...(hasSecret(parameters) ? ['from getpass import getpass'] : [])
  ];
  const rest = code === null ? variable : `\n${code.replaceAll('{df}', variable)}`;
  const shown = stream ? 'rows' : rest;
  return [...imports, ...(imports.length > 0 ? [''] : []), body, shown].join('\n');
}

/** Each part is a frame of its own; what is kept of it decides the memory. */
function streamed(call: string, variable: string): string {
  return `rows = 0
with ${call} as batches:
    for batch in batches:
        ${variable} = batch.to_pandas()  # one part of the rows
        rows += len(${variable})`;
}

/** The statement's own lines stay where they are: blanks in front of them would be part of the literal. */
function indented(code: string, sql: string): string {
  const literal = pythonLiteral(sql);
  const at = code.indexOf(literal);
  const indent = (text: string) => text.replace(/\n(?=.)/g, '\n    ');
  return `    ${indent(code.slice(0, at))}${literal}${indent(code.slice(at + literal.length))}`;
}

function paramsLiteral(parameters: NonNullable<CellDraft['parameters']>): string {
  const values = parameters.map(({ name, value, secret }) =>
    secret ? `secret(getpass(${quoted(`${name}: `)}))` : valueLiteral(value)
  );
  const isNumbered = parameters.every(({ name }) => /^\d+$/.test(name));
  return isNumbered
    ? `[${values.join(', ')}]`
    : `{${parameters.map(({ name }, index) => `${quoted(name)}: ${values[index]}`).join(', ')}}`;
}

const hasSecret = (parameters: NonNullable<CellDraft['parameters']>): boolean =>
  parameters.some(({ secret }) => secret);

/** PostgreSQL gets the same text for a number as for its digits. */
function valueLiteral(value: string | null): string {
  if (value === null) return 'None';
  return /^(0|-?[1-9]\d{0,17})$/.test(value)
    ? value
    : value.includes('\n')
      ? pythonLiteral(value)
      : quoted(value);
}

/** In JSON's escapes, which Python has too. */
const quoted = (text: string): string => JSON.stringify(text);

/** Whether Python source makes a `db` of its own, which an import would replace. */
export function assignsDb(source: string): boolean {
  return /^[ \t]*db[ \t]*(:[^=\n]*)?=(?!=)/m.test(source);
}

/** `df`, or the first of `df2`, `df3` … that no given source assigns. */
export function freeVariable(sources: readonly string[]): string {
  const assigned = /^[ \t]*(df\d*)[ \t]*=(?!=)|^%%(?:sql|replica)[ \t]+(df\d*)\b/gm;
  const taken = new Set(
    sources.flatMap(source => [...source.matchAll(assigned)].map(match => match[1] ?? match[2]))
  );
  let number = 1;
  let name = 'df';
  while (taken.has(name)) name = `df${++number}`;
  return name;
}

/** Whether running a cell asks the replica: a `%%sql` cell, or one that calls a query of `db`. */
export function asksReplica(source: string): boolean {
  return (
    /(^|=)[ \t]*%%?(sql|replica)\b/m.test(source) ||
    /\bdb\.(a?query\w*|rerun|result|scalar|stream)\s*\(/.test(source)
  );
}

/**
 * A triple-quoted Python string literal of a text. Raw where the text has backslashes and can stand raw, so that
 * regular expressions stay readable.
 */
export function pythonLiteral(text: string): string {
  const standsRaw = !/"""|"$|\\$|\r|\0/.test(text);
  if (standsRaw) return `${text.includes('\\') ? 'r' : ''}"""${text}"""`;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replace(/"""|"$/g, quotes => quotes.replaceAll('"', '\\"'))
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');
  return `"""${escaped}"""`;
}
