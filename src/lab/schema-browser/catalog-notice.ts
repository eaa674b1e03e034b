import { Widget } from '@lumino/widgets';
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
    if (catalog.schemas.length === 0) {
      const words = 'No schema is visible to this user. Ask the owner of a schema for:';
      return { about: 'empty', draw: () => [nothing(words, GRANTS)] };
    }
    if (this.model.rows.length === 0) {
      const words = `No table, view or opened column matches “${this.model.search}”.`;
      return { about: words, draw: () => [nothing(words)] };
    }
    return { about: null, draw: () => [] };
  }
}

const GRANTS = 'GRANT USAGE ON SCHEMA … TO …;\nGRANT SELECT ON ALL TABLES IN SCHEMA … TO …;';

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
