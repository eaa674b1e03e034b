import { lexemes } from '../../sql/lexemes';
import { statements } from '../../sql/split';

/** A formatted text, and how many of its statements were left as they were. */
export interface Formatted {
  readonly text: string;
  readonly statements: number;
  readonly left: number;
}

/**
 * Lays out every statement of a text. A statement of which anything but its layout would change is left alone: what is run is
 * what was written.
 */
export async function formatSql(text: string, tabWidth: number): Promise<Formatted> {
  // Half of the size of this extension, and seldom needed.
  const { formatDialect, postgresql } = await import('sql-formatter');
  const format = (statement: string): string | null => {
    try {
      const formatted = formatDialect(statement, {
        dialect: postgresql,
        tabWidth,
        keywordCase: 'preserve',
        paramTypes: { numbered: ['$'], named: [':'] }
      });
      return isSame(lexemes(statement), lexemes(formatted)) ? formatted.trim() : null;
    } catch {
      // It does not know all that PostgreSQL does.
      return null;
    }
  };
  const all = statements(text);
  let laidOut = '';
  let at = 0;
  let left = 0;
  for (const statement of all) {
    const formatted = format(statement.text);
    if (formatted === null) left += 1;
    laidOut += text.slice(at, statement.from) + (formatted ?? statement.text);
    at = statement.to;
  }
  return { text: laidOut + text.slice(at), statements: all.length, left };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((lexeme, index) => lexeme === other[index]);
}

/** What to say of statements that were left as they were; null when all were laid out. */
export function leftWords({ statements: all, left }: Formatted): string | null {
  if (left === 0) {
    return null;
  }
  const what = all === 1 ? 'The statement was' : `${left} of ${all} statements were`;
  return `${what} left as written: formatting would have changed more than the layout.`;
}
