import { scan } from './scan';

/** A name that may be a relation; `schema` is null where the text gives none. */
export interface MentionedName {
  readonly schema: string | null;
  readonly name: string;
}

/**
 * Every name of a text, alone or behind a dot, as PostgreSQL folds it (bare words to lower case).
 * `a.b` is given as `b` in schema `a` and as `a` alone, since only the catalog knows which one is a relation.
 */
export function mentionedNames(text: string): MentionedName[] {
  const names: MentionedName[] = [];
  let previous: string | null = null;
  let afterDot = false;
  for (const token of scan(text)) {
    const raw = text.slice(token.from, token.to);
    if (token.kind === 'word' || token.kind === 'quoted') {
      const name = token.kind === 'word' ? raw.toLowerCase() : unquote(raw);
      names.push({ schema: afterDot ? previous : null, name });
      previous = name;
      afterDot = false;
    } else if (token.kind !== 'space' && token.kind !== 'comment') {
      afterDot = raw === '.' && previous !== null;
      if (!afterDot) previous = null;
    }
  }
  return names;
}

function unquote(raw: string): string {
  return raw.slice(1, raw.endsWith('"') ? -1 : undefined).replaceAll('""', '"');
}
