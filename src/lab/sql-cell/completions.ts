import {
  type Completion,
  CompletionContext,
  type CompletionResult,
  type CompletionSource,
  ifNotIn
} from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { CELL_OPTIONS, magicEnd, sqlCell } from '../../sql/sql-cell';
import { bareNames, dottedNames } from '../query-panel/completion';
import { keywordCompletionSource, PostgreSQL } from '../query-panel/sql-language';
import { type ICatalogModel } from '../tokens';

export interface CellCompletions {
  /** Where in the cell the completed text begins. */
  readonly from: number;
  readonly options: readonly Completion[];
}

/** Parts of PostgreSQL's syntax tree in which nothing is completed. */
const TEXT_NODES = ['String', 'LineComment', 'BlockComment', 'QuotedIdentifier'];

/**
 * What can stand at `offset` of a `%%sql` cell: options on its first line, names of the catalog and keywords in the
 * statement, and behind a colon what `variables` gives. Null for any other cell.
 */
export async function completionsAt(
  source: string,
  offset: number,
  catalog: ICatalogModel | null,
  variables: (beginning: string) => Promise<readonly string[]>
): Promise<CellCompletions | null> {
  const cell = sqlCell(source);
  if (cell === null) {
    return null;
  }
  if (offset < cell.from) {
    return cellOptions(source, offset);
  }
  const position = offset - cell.from;
  const name = /(?:^|[^:\w]):([A-Za-z_]\w*)?$/.exec(cell.sql.slice(0, position));
  if (name) {
    const beginning = name[1] ?? '';
    const names = await variables(beginning);
    return { from: offset - beginning.length, options: names.map(label => ({ label, type: 'variable' })) };
  }
  const known = cell.profile === null ? catalog : (catalog?.ofProfile(cell.profile) ?? null);
  const state = EditorState.create({ doc: cell.sql, extensions: PostgreSQL });
  const context = new CompletionContext(state, position, true);
  const results = await Promise.all(sources(known).map(async complete => complete(context)));
  const [first, ...rest] = results.filter((result): result is CompletionResult => result !== null);
  return first
    ? {
        from: cell.from + first.from,
        options: [first, ...rest.filter(({ from }) => from === first.from)].flatMap(({ options }) => options)
      }
    : { from: offset, options: [] };
}

function sources(catalog: ICatalogModel | null): readonly CompletionSource[] {
  const keywords: CompletionSource = context =>
    context.matchBefore(/\.\s*[\w"]*/) ? null : keywordCompletionSource(PostgreSQL, true)(context);
  return [
    ...(catalog ? [ifNotIn(TEXT_NODES, bareNames(catalog)), dottedNames(catalog)] : []),
    ifNotIn(TEXT_NODES, keywords)
  ];
}

function cellOptions(source: string, offset: number): CellCompletions {
  const line = source.slice(magicEnd(source) ?? 0, offset);
  const option = /(?:^|\s)(--[\w-]*)$/.exec(line)?.[1];
  return option === undefined
    ? { from: offset, options: [] }
    : {
        from: offset - option.length,
        options: Object.keys(CELL_OPTIONS).map(name => ({ label: `--${name}`, type: 'keyword' }))
      };
}
