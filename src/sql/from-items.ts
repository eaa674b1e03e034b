import { scan } from './scan';

/** A relation that a statement reads, by the names it writes, as PostgreSQL folds them. */
export interface FromItem {
  readonly schema: string | null;
  readonly name: string;
  readonly alias: string | null;
}

/** Words that end the list of what a SELECT reads. */
const ENDS = new Set(
  'where group order having limit offset fetch union intersect except window for select returning set values'.split(
    ' '
  )
);
/** Words that stand behind a relation and are no alias of it. */
const NO_ALIAS = new Set([
  ...ENDS,
  ...'join inner left right full cross natural on using as tablesample with'.split(' ')
]);

/** What stands behind FROM and JOIN and between commas there, subqueries and functions left out. */
export function fromItems(sql: string): FromItem[] {
  const words = significant(sql);
  const items: FromItem[] = [];
  const isList = [false];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word.raw === '(') isList.push(false);
    else if (word.raw === ')' && isList.length > 1) isList.pop();
    else if (word.keyword !== null && ENDS.has(word.keyword)) isList[isList.length - 1] = false;
    const opens =
      word.keyword === 'from' || word.keyword === 'join' || (word.raw === ',' && isList.at(-1) === true);
    if (opens) {
      isList[isList.length - 1] = true;
      const item = itemAt(words, at + 1);
      if (item) items.push(item);
    }
  }
  return items;
}

/** Names that WITH gives to queries. */
export function cteNames(sql: string): string[] {
  const words = significant(sql);
  return words.flatMap((word, at) => {
    const before = words[at - 1];
    const isBegin = before?.keyword === 'with' || before?.keyword === 'recursive' || before?.raw === ',';
    return isBegin && word.name !== null && isQuery(words, at + 1) ? [word.name] : [];
  });
}

/** `(columns)`, `AS`, `NOT MATERIALIZED` and the opening of a query. */
function isQuery(words: readonly Word[], from: number): boolean {
  let at = from;
  if (words[at]?.raw === '(') {
    while (at < words.length && words[at]!.raw !== ')') at += 1;
    at += 1;
  }
  if (words[at]?.keyword !== 'as') {
    return false;
  }
  at += 1;
  while (words[at]?.keyword === 'not' || words[at]?.keyword === 'materialized') at += 1;
  return words[at]?.raw === '(';
}

function itemAt(words: readonly Word[], from: number): FromItem | null {
  let at = from;
  while (words[at]?.keyword === 'only' || words[at]?.keyword === 'lateral') at += 1;
  const first = words[at];
  if (!first || first.name === null) {
    return null;
  }
  const isQualified = words[at + 1]?.raw === '.' && words[at + 2]?.name !== null;
  const name = isQualified ? words[at + 2]?.name : first.name;
  at += isQualified ? 3 : 1;
  if (!name || words[at]?.raw === '(') {
    return null;
  }
  const alias = words[at]?.keyword === 'as' ? words[at + 1] : words[at];
  const isAlias =
    alias !== undefined && alias.name !== null && !(alias.keyword !== null && NO_ALIAS.has(alias.keyword));
  return { schema: isQualified ? first.name : null, name, alias: isAlias ? alias.name : null };
}

interface Word {
  readonly raw: string;
  /** What it names; null for what is no name. */
  readonly name: string | null;
  /** In lower case; null for what is quoted. */
  readonly keyword: string | null;
}

function significant(sql: string): Word[] {
  const words: Word[] = [];
  for (const { kind, from, to } of scan(sql)) {
    if (kind === 'space' || kind === 'comment') continue;
    const raw = sql.slice(from, to);
    const keyword = kind === 'word' ? raw.toLowerCase() : null;
    const name = kind === 'quoted' ? raw.slice(1, -1).replaceAll('""', '"') : keyword;
    words.push({ raw, name, keyword });
  }
  return words;
}
