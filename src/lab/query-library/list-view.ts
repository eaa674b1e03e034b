import { Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { type ListItem, showItems } from './item-list';
import { type LibraryView } from './library';

interface ListOptions {
  readonly id: string;
  readonly label: string;
  /** What stands there while there is nothing. */
  readonly empty: string;
}

/** A list that is read from the gateway: loading, empty, failed or shown. */
export abstract class ListView extends Widget implements LibraryView {
  protected readonly head = document.createElement('div');
  private readonly list = document.createElement('ul');
  private readonly message = document.createElement('div');
  private reading = new AbortController();

  constructor(private readonly options: ListOptions) {
    super();
    this.id = options.id;
    this.addClass('jp-ReplicaLibrary-view');
    this.title.label = options.label;
    this.head.className = 'jp-ReplicaLibrary-head';
    this.list.setAttribute('aria-label', options.label);
    this.list.tabIndex = -1;
    this.message.className = 'jp-ReplicaLibrary-message';
    this.node.append(this.head, this.message, this.list);
    this.say('Reading…');
  }

  async refresh(): Promise<void> {
    this.reading.abort();
    this.reading = new AbortController();
    const { signal } = this.reading;
    try {
      const items = await this.read(signal);
      if (!signal.aborted) {
        this.say(items.length > 0 ? null : this.options.empty);
        showItems(this.list, items);
      }
    } catch (error) {
      if (!signal.aborted) {
        const again = { label: 'Try again', run: () => void this.refresh() };
        this.message.replaceChildren(errorNotice(errorBodyOf(error), [again]));
        this.message.hidden = false;
        showItems(this.list, []);
      }
    }
  }

  focus(): void {
    (this.head.querySelector('input') ?? this.list.querySelector('button') ?? this.list).focus();
  }

  override dispose(): void {
    this.reading.abort();
    super.dispose();
  }

  protected abstract read(signal: AbortSignal): Promise<readonly ListItem[]>;

  private say(text: string | null): void {
    this.message.hidden = text === null;
    this.message.textContent = text;
  }
}

/** The first line that says something, as long as a row is. */
export function headline(sql: string): string {
  const text = sql.replace(/\s+/g, ' ').trim();
  return text.length > 140 ? `${text.slice(0, 139)}…` : text;
}
