/** A `%%sql` cell of a notebook, as `db_connection.magic_line` reads it. */
export interface SqlCell {
  /** Where the statement begins in the cell's source. */
  readonly from: number;
  readonly sql: string;
  /** The variable that the frame lands in. */
  readonly variable: string | null;
  readonly profile: string | null;
}

/** The options of `%%sql`, and which of them take a value. */
export const CELL_OPTIONS = {
  backend: true,
  force: false,
  limit: true,
  numeric: true,
  profile: true,
  quiet: false
} as const;

/** IPython wants the magic on the first line that is not blank. */
const FIRST_LINE = /^(?:[ \t]*\n)*%%(?:sql|replica)(?![\w.])[ \t]*/;
const NAME = /^([A-Za-z_]\w*)(?:[ \t]*<<[ \t]*|[ \t]+(?=--[a-z])|[ \t]*(?=\n|$))/;
const OPTION = /^--([a-z][\w-]*)(?:=(\S*))?[ \t]*/;
const STATEMENT_WORD = /^(?:explain|select|show|table|values|with)$/i;

/** Where the statement of a `%%sql` cell may begin at the earliest; null for any other cell. */
export function magicEnd(source: string): number | null {
  return FIRST_LINE.exec(source)?.[0].length ?? null;
}

/** What a `%%sql` cell asks for; null for any other cell. */
export function sqlCell(source: string): SqlCell | null {
  let from = magicEnd(source);
  if (from === null) {
    return null;
  }
  const name = NAME.exec(source.slice(from));
  const variable = name?.[1] !== undefined && !STATEMENT_WORD.test(name[1]) ? name[1] : null;
  from += variable === null ? 0 : (name?.[0].length ?? 0);
  let profile: string | null = null;
  for (let option = OPTION.exec(source.slice(from)); option; option = OPTION.exec(source.slice(from))) {
    from += option[0].length;
    let value = option[2];
    if (value === undefined && takesValue(option[1])) {
      const word = /^([^\s]*)[ \t]*/.exec(source.slice(from));
      value = word?.[1];
      from += word?.[0].length ?? 0;
    }
    if (option[1] === 'profile') profile = value?.replace(/^["']|["']$/g, '') || null;
  }
  const blank = /^[ \t]*\n/.exec(source.slice(from))?.[0].length ?? 0;
  return { from: from + blank, sql: source.slice(from + blank), variable, profile };
}

function takesValue(option: string | undefined): boolean {
  return Object.entries(CELL_OPTIONS).some(([name, value]) => name === option && value);
}
