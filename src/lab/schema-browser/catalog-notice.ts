import { Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { type BrowserModel } from './browser-model';

const SKELETON_WIDTHS = [40, 65, 55, 75, 50, 60] as const;

/** What the tree cannot say itself: that it is loading, failed, empty, or that a search met nothing. */
export class CatalogNotice extends Widget {
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
    const content = this.content();
    this.setHidden(content === null);
    this.node.replaceChildren(...(content ? [content] : []));
  }

  private content(): HTMLElement | null {
    const { state, catalog } = this.model.source;
    if (state.kind === 'failed') {
      return errorNotice(state.error, [{ label: 'Try again', run: this.refresh }]);
    }
    if (!catalog) {
      return skeleton();
    }
    if (catalog.schemas.length === 0) {
      return nothing('No schema is visible to this user. Ask the owner of a schema for:', GRANTS);
    }
    if (this.model.rows.length === 0) {
      return nothing(`No table, view or opened column matches “${this.model.search}”.`);
    }
    return null;
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
