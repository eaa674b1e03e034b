import { searchIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { type BrowserModel } from './browser-model';

export class SearchBox extends Widget {
  readonly #input = document.createElement('input');

  /** `leave` goes on to what was found. */
  constructor(
    private readonly model: BrowserModel,
    private readonly leave: () => void
  ) {
    super();
    this.addClass('jp-Replica-search');
    this.#input.type = 'search';
    this.#input.placeholder = 'Search tables, columns…';
    this.#input.title = 'Names and comments of tables and columns ("/" comes here)';
    this.#input.setAttribute('aria-label', 'Search tables and columns');
    this.#input.spellcheck = false;
    const icon = document.createElement('span');
    icon.className = 'jp-Replica-searchIcon';
    searchIcon.element({ container: icon, tag: 'span' });
    this.node.append(this.#input, icon);
    this.#input.addEventListener('input', () => {
      this.model.search = this.#input.value;
    });
    this.#input.addEventListener('keydown', event => this.key(event));
    model.rowsChanged.connect(this.showSearch, this);
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** A search may also be ended elsewhere. */
  private showSearch(): void {
    if (this.#input.value !== this.model.search) {
      this.#input.value = this.model.search;
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.model.search !== '') {
      this.model.search = '';
    } else if (event.key === 'ArrowDown' || event.key === 'Enter' || event.key === 'Escape') {
      this.leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
