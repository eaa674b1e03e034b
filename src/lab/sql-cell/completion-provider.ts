import { type Completion } from '@codemirror/autocomplete';
import {
  type CompletionHandler,
  type ICompletionContext,
  type ICompletionProvider
} from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';
import { type Kernel } from '@jupyterlab/services';
import { magicEnd } from '../../sql/sql-cell';
import { type ICatalogModel } from '../tokens';
import { completionsAt } from './completions';

/** Lab's own providers, which know Python and would mix its names with those of the database. */
const PYTHON_PROVIDERS = ['CompletionProvider:kernel', 'CompletionProvider:context'];
/** What IPython calls names that cannot be the value of a parameter. */
const NO_VALUES = ['class', 'function', 'keyword', 'magic', 'module', 'param', 'path'];

/** Completes inside `%%sql` cells. */
export class SqlCellCompletion implements ICompletionProvider {
  readonly identifier = 'CompletionProvider:replica';
  readonly rank = 600;
  readonly renderer = null;

  constructor(private readonly catalog: ICatalogModel | null) {}

  async isApplicable(context: ICompletionContext): Promise<boolean> {
    return Promise.resolve(isSqlCell(context));
  }

  async fetch(
    { text, offset }: CompletionHandler.IRequest,
    context: ICompletionContext
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    const kernel = context.session?.kernel ?? null;
    // Lab counts characters, CodeMirror units of UTF-16.
    const position = Text.charIndexToJsIndex(offset, text);
    const found = await completionsAt(text, position, this.catalog, beginning =>
      variables(kernel, beginning)
    );
    const typed = text.slice(found?.from ?? position, position);
    return {
      start: found === null ? offset : Text.jsIndexToCharIndex(found.from, text),
      end: offset,
      items: matching(found?.options ?? [], typed).map(({ label, apply, detail, type }) => ({
        label,
        insertText: typeof apply === 'string' ? apply : label,
        // The list has room for one word: `bigint` of `bigint · orders`.
        type: (detail ?? type ?? '').split(' · ')[0] ?? ''
      }))
    };
  }
}

/** Lab narrows a list while one types on, but shows it first as it is given. */
function matching(options: readonly Completion[], typed: string): readonly Completion[] {
  const wanted = typed.toLowerCase();
  return options
    .map(option => ({ option, begins: option.label.toLowerCase().startsWith(wanted) ? 1 : 0 }))
    .filter(
      ({ option: { label, type }, begins }) =>
        begins || (type !== 'keyword' && label.toLowerCase().includes(wanted))
    )
    .sort((a, b) => b.begins - a.begins || (b.option.boost ?? 0) - (a.option.boost ?? 0))
    .map(({ option }) => option);
}

/** Keeps Python's names out of `%%sql` cells. */
export function silencePython(providers: ReadonlyMap<string, ICompletionProvider>): void {
  for (const provider of PYTHON_PROVIDERS.map(id => providers.get(id))) {
    if (provider) {
      const before = provider.isApplicable.bind(provider);
      provider.isApplicable = async context => !isSqlCell(context) && (await before(context));
    }
  }
}

function isSqlCell({ editor }: ICompletionContext): boolean {
  return magicEnd(editor?.model.sharedModel.getSource() ?? '') !== null;
}

/** The notebook's variables that begin so, as the kernel completes them. */
async function variables(
  kernel: Kernel.IKernelConnection | null,
  beginning: string
): Promise<readonly string[]> {
  const reply = await kernel?.requestComplete({ code: beginning, cursor_pos: beginning.length });
  if (reply?.content.status !== 'ok') {
    return [];
  }
  const { matches, metadata } = reply.content;
  const types = metadata['_jupyter_types_experimental'];
  const typeOf = (index: number): unknown => {
    const told: unknown = Array.isArray(types) ? types[index] : null;
    return typeof told === 'object' && told !== null && 'type' in told ? told.type : null;
  };
  return matches.filter(
    (name, index) => /^[A-Za-z]\w*$/.test(name) && !NO_VALUES.some(type => type === typeOf(index))
  );
}
