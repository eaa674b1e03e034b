import { Signal, type ISignal } from '@lumino/signaling';
import { type ColumnMatches } from '../../contract/column-search';
import { type ErrorBody } from '../../contract/errors';
import { errorBodyOf } from '../gateway-client/failure';
import { type ICatalogModel } from '../tokens';

export type LookupState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching' }
  | { readonly kind: 'ready'; readonly total: number }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** A person who types faster is not done yet. */
const PAUSE_MS = 120;

/** Columns that the gateway finds for what is typed; only the newest question is answered. */
export class ColumnLookup {
  #state: LookupState = { kind: 'idle' };
  #matches: ColumnMatches['matches'] = [];
  #asked: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #changed = new Signal<this, void>(this);

  constructor(private readonly source: Pick<ICatalogModel, 'searchColumns'>) {}

  get state(): LookupState {
    return this.#state;
  }

  /** Empty until the newest search is answered. */
  get matches(): ColumnMatches['matches'] {
    return this.#matches;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  look(words: readonly string[]): void {
    this.stop();
    this.#matches = [];
    if (words.length === 0) {
      this.#state = { kind: 'idle' };
      return;
    }
    this.#state = { kind: 'searching' };
    this.#timer = setTimeout(() => void this.ask(words.join(' ')), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
  }

  private async ask(words: string): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const { matches, total } = await this.source.searchColumns(words, asked.signal);
      if (asked.signal.aborted) {
        return;
      }
      this.#matches = matches;
      this.#state = { kind: 'ready', total };
    } catch (error) {
      if (asked.signal.aborted) {
        return;
      }
      this.#state = { kind: 'failed', error: errorBodyOf(error) };
    }
    this.#changed.emit();
  }
}
