import { Widget } from '@lumino/widgets';
import { quoteIdentifier } from '../../sql/quote';
import { errorNotice } from '../error-notice';
import { type BrowserModel } from './browser-model';

const SKELETON_WIDTHS = [40, 65, 55, 75, 50, 60] as const;

/** What the tree cannot say itself: that it is loading, failed, empty, or that a search met nothing. */
export class CatalogNotice extends Widget {
  #about: unknown = undefined;

  constructor(
    private readonly model: BrowserModel,
    private readonly refresh: () => void
  ) {
    super();
    this.addClass('jp-Replica-catalogNotice');
    model.rowsChanged.connect(this.showState, this);
    this.showState();
  }

  private showState(): void {
    const { about, draw } = this.message();
    // Drawn again, a message would be read aloud again and lose the focus of its buttons.
    if (about !== this.#about) {
      this.#about = about;
      this.setHidden(about === null);
      this.node.replaceChildren(...draw());
    }
  }

  /** What to say, and the thing it is about, which tells one message from the next. */
  private message(): { readonly about: unknown; readonly draw: () => readonly HTMLElement[] } {
    const { state, catalog } = this.model.source;
    if (state.kind === 'failed') {
      const { error } = state;
      return { about: error, draw: () => [errorNotice(error, [{ label: 'Try again', run: this.refresh }])] };
    }
    if (!catalog) {
      return { about: 'loading', draw: () => [skeleton()] };
    }
    if (!catalog.schemas.some(({ usable, system }) => usable && !system)) {
      const words = 'No schema is visible to this user. Ask the owner of a schema for:';
      const grants = grantsFor(catalog.schemas[0]?.name, catalog.role);
      return { about: 'empty', draw: () => [nothing(words, grants)] };
    }
    if (this.model.words.length > 0) {
      return this.aboutSearch();
    }
    return { about: null, draw: () => [] };
  }

  private aboutSearch(): { readonly about: unknown; readonly draw: () => readonly HTMLElement[] } {
    const { lookup, rows, search, foundCount } = this.model;
    const { state } = lookup;
    if (state.kind === 'failed') {
      return { about: state.error, draw: () => [nothing(`Columns not searched: ${state.error.message}`)] };
    }
    const shown = rows.filter(({ level }) => level === 1).length;
    const isCut = foundCount > shown || (state.kind === 'ready' && state.total > lookup.matches.length);
    // What is found already must not move while somebody types.
    const words =
      rows.length > 0
        ? isCut && state.kind === 'ready'
          ? 'Only the best matches are shown. Another letter narrows them.'
          : null
        : state.kind === 'searching'
          ? 'Searching columns…'
          : `No table, view or column matches “${search}”.`;
    return { about: words, draw: () => (words ? [nothing(words)] : []) };
  }
}

function grantsFor(schema: string | undefined, role: string): string {
  const [name, to] = [schema ? quoteIdentifier(schema) : '…', role ? quoteIdentifier(role) : '…'];
  return `GRANT USAGE ON SCHEMA ${name} TO ${to};\nGRANT SELECT ON ALL TABLES IN SCHEMA ${name} TO ${to};`;
}

function skeleton(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'jp-Replica-skeleton';
  element.setAttribute('role', 'status');
  element.setAttribute('aria-label', 'Reading the catalog');
  for (const width of SKELETON_WIDTHS) {
    const bar = document.createElement('div');
    bar.style.width = `${width}%`;
    element.append(bar);
  }
  return element;
}

function nothing(words: string, sql = ''): HTMLElement {
  const element = document.createElement('div');
  element.className = 'jp-Replica-nothing';
  element.setAttribute('role', 'status');
  const sentence = document.createElement('p');
  sentence.textContent = words;
  element.append(sentence);
  if (sql) {
    const code = document.createElement('pre');
    code.textContent = sql;
    element.append(code);
  }
  return element;
}
