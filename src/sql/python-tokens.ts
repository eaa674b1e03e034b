/** A piece of Python source from `from` to `to`, which is exclusive. Blanks, line ends and comments are left out. */
export interface PythonToken {
  readonly kind: 'string' | 'name' | 'number' | 'symbol';
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const PATTERNS = [
  ['space', /\s+|#[^\n]*|\\\n/y],
  [
    'string',
    /(?:[rRbBuUfF]{0,2})(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')/y
  ],
  ['name', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['number', /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y],
  ['symbol', /[^]/y]
] as const;

export function pythonTokens(source: string): readonly PythonToken[] {
  const tokens: PythonToken[] = [];
  let from = 0;
  while (from < source.length) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = from;
      const text = pattern.exec(source)?.[0];
      if (text) {
        if (kind !== 'space') tokens.push({ kind, from, to: from + text.length, text });
        from += text.length;
        break;
      }
    }
  }
  return tokens;
}

/** The text of a string literal; null for bytes, for an f-string, and for names of characters (`\N{…}`). */
export function pythonString(literal: string): string | null {
  const parts = /^([a-zA-Z]*)("""|'''|"|')([^]*)\2$/.exec(literal);
  const [, prefix = '', , body = ''] = parts ?? [];
  if (!parts || /[bf]/i.test(prefix)) {
    return null;
  }
  if (/r/i.test(prefix)) {
    return body;
  }
  return /(?:^|[^\\])(?:\\\\)*\\N\{/.test(body) ? null : body.replace(ESCAPE, unescaped);
}

const ESCAPE = /\\(?:\n|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g;
const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"'
};

/** https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
function unescaped(
  all: string,
  octal?: string,
  hex?: string,
  four?: string,
  eight?: string,
  one?: string
): string {
  if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
  const digits = hex ?? four ?? eight;
  if (digits !== undefined) return String.fromCodePoint(parseInt(digits, 16));
  // An escape that Python does not know stays as it is; one of a line end is nothing.
  return one === undefined ? '' : (CONTROLS[one] ?? all);
}
