/** The line that gives a notebook its `db`. */
const DB_IMPORT = 'from db_connection import db';

/**
 * Python source that puts all rows of a statement into `variable`. The SQL reads back from the source
 * character by character.
 */
export function dataFrameCell(sql: string, variable: string, withImport: boolean): string {
  const source = `${variable} = db.query(${pythonLiteral(sql)})\n${variable}`;
  return withImport ? `${DB_IMPORT}\n\n${source}` : source;
}

/** Whether Python source makes a `db` of its own, which an import would replace. */
export function assignsDb(source: string): boolean {
  return /^[ \t]*db[ \t]*(:[^=\n]*)?=(?!=)/m.test(source);
}

/** `df`, or the first of `df2`, `df3` … that no given source assigns. */
export function freeVariable(sources: readonly string[]): string {
  const taken = new Set(
    sources.flatMap(source => [...source.matchAll(/^[ \t]*(df\d*)[ \t]*=(?!=)/gm)].map(match => match[1]))
  );
  let number = 1;
  let name = 'df';
  while (taken.has(name)) name = `df${++number}`;
  return name;
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

/** Whether running a cell asks the replica: a `%%sql` cell, or one that calls a query of `db`. */
export function asksReplica(source: string): boolean {
  return (
    /^\s*%%?(sql|replica)\b/m.test(source) ||
    /\bdb\.(a?query\w*|rerun|result|scalar|stream)\s*\(/.test(source)
  );
}
