import { Widget } from '@lumino/widgets';
import { metRanges, searchWords } from '../../contract/name-match';
import { RELATION_ICONS } from '../icons';
import { type ICatalogModel } from '../tokens';
import { type CatalogIndex } from './catalog-index';
import { type Found } from './catalog-search';
import { ColumnLookup } from './column-lookup';
import { type Target } from './row-text';
import { SlicedSearch } from './sliced-search';

const MOST_SHOWN = 50;

interface Choice {
  readonly target: Target;
  readonly found: Found;
}

interface Options {
  readonly source: ICatalogModel;
  readonly index: CatalogIndex;
  /** `other` is true with Ctrl or Cmd: what else can be done with a choice. */
  readonly choose: (target: Target, other: boolean) => void;
}

/** A search over the page, for a table or column to go to; closes with the choice, Escape or the loss of focus. */
export class QuickOpen extends Widget {
  readonly #input = document.createElement('input');
  readonly #list = document.createElement('ul');
  readonly #lookup: ColumnLookup;
  readonly #searching = new SlicedSearch();
  #choices: readonly Choice[] = [];
  #active = 0;

  constructor(private readonly options: Options) {
    super();
    this.addClass('jp-Replica-quickOpen');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-label', 'Find table or column');
    this.#lookup = new ColumnLookup(options.source);
    this.#lookup.changed.connect(this.find, this);
    this.#list.id = 'jp-replica-quick-open-list';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Tables and columns');
    this.#input.type = 'text';
    this.#input.placeholder = 'Find table or column · Enter shows it, Ctrl+Enter previews it';
    this.#input.spellcheck = false;
    this.#input.setAttribute('role', 'combobox');
    this.#input.setAttribute('aria-label', 'Find table or column');
    this.#input.setAttribute('aria-expanded', 'true');
    this.#input.setAttribute('aria-controls', this.#list.id);
    this.#input.addEventListener('input', () => this.type());
    this.#input.addEventListener('keydown', event => this.key(event));
    this.#list.addEventListener('mousedown', event => this.press(event));
    this.node.addEventListener('focusout', () => this.dispose());
    this.node.append(this.#input, this.#list);
  }

  override dispose(): void {
    this.#lookup.stop();
    this.#searching.stop();
    super.dispose();
  }

  protected override onAfterAttach(): void {
    this.#input.focus();
  }

  private type(): void {
    this.#active = 0;
    this.#lookup.look(searchWords(this.#input.value));
    this.find();
  }

  private find(): void {
    const words = searchWords(this.#input.value);
    // What was found for other words is not to be chosen any more.
    this.#choices = [];
    this.#searching.begin(this.options.index, words, this.#lookup.matches, ({ found }) =>
      this.offer(found, words)
    );
  }

  private offer(found: readonly Found[], words: readonly string[]): void {
    this.#choices = found.flatMap(choicesOf).slice(0, MOST_SHOWN);
    this.#list.replaceChildren(...this.#choices.map((choice, index) => option(choice, index, words)));
    this.mark();
  }

  private mark(): void {
    [...this.#list.children].forEach((item, index) =>
      item.setAttribute('aria-selected', String(index === this.#active))
    );
    const active = this.#list.children[this.#active];
    active?.scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', active?.id ?? '');
  }

  private key(event: KeyboardEvent): void {
    const last = this.#choices.length - 1;
    switch (event.key) {
      case 'ArrowDown':
        this.#active = Math.min(last, this.#active + 1);
        break;
      case 'ArrowUp':
        this.#active = Math.max(0, this.#active - 1);
        break;
      case 'Enter':
        this.choose(this.#active, event.ctrlKey || event.metaKey);
        break;
      case 'Escape':
        this.dispose();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!this.isDisposed) {
      this.mark();
    }
  }

  private press(event: MouseEvent): void {
    const item = event.target instanceof Element ? event.target.closest('[role="option"]') : null;
    if (item) {
      event.preventDefault();
      this.choose([...this.#list.children].indexOf(item), event.ctrlKey || event.metaKey);
    }
  }

  private choose(index: number, other: boolean): void {
    const choice = this.#choices[index];
    if (choice) {
      this.dispose();
      this.options.choose(choice.target, other);
    }
  }
}

/** The relation, and each of its columns that was met. */
function choicesOf(found: Found): readonly Choice[] {
  const { schema, relation } = found.indexed;
  const target = { schema, relation: relation.name };
  const columns = found.columns.map(({ column }) => ({ target: { ...target, column }, found }));
  return columns.length > 0 ? columns : [{ target, found }];
}

function option({ target, found }: Choice, index: number, words: readonly string[]): HTMLElement {
  const item = document.createElement('li');
  item.id = `jp-replica-quick-open-${index}`;
  item.setAttribute('role', 'option');
  const { relation } = found.indexed;
  const icon = RELATION_ICONS[relation.kind].element({ tag: 'span' });
  const place = document.createElement('span');
  place.className = 'jp-Replica-quickOpenPlace';
  place.textContent = target.column === undefined ? target.schema : `${target.schema}.${target.relation}`;
  item.append(icon, name(target.column ?? target.relation, words), place);
  item.title = relation.comment ?? '';
  return item;
}

function name(text: string, words: readonly string[]): HTMLElement {
  const element = document.createElement('bdi');
  let from = 0;
  for (const [start, end] of metRanges(text, words)) {
    const mark = document.createElement('mark');
    mark.textContent = text.slice(start, end);
    element.append(text.slice(from, start), mark);
    from = end;
  }
  element.append(text.slice(from));
  return element;
}
