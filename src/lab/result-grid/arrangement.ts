import { type IDisposable } from '@lumino/disposable';
import { type ErrorBody } from '../../contract/errors';
import { type Filter, type SortKey, type View, type ViewRequest } from '../../contract/view';
import { errorBodyOf } from '../gateway-client/failure';
import { type ResultSource } from './result-source';

export type ArrangementState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'arranging'; readonly request: ViewRequest }
  | { readonly kind: 'failed'; readonly request: ViewRequest; readonly error: ErrorBody };

const AS_STORED: ViewRequest = { sort: [], filters: [] };

/** How the rows of a result are sorted and filtered. Until a new order is there the old one stays. */
export class Arrangement implements IDisposable {
  private current: View | null = null;
  private currentRequest = AS_STORED;
  private asked: ArrangementState = { kind: 'ready' };
  private abort = new AbortController();
  private renewals = 0;

  constructor(
    private readonly source: Pick<ResultSource, 'arrange'>,
    private readonly changed: () => void
  ) {}

  /** The order and choice that is shown; null for the rows as they are stored. */
  get view(): View | null {
    return this.current;
  }

  get viewId(): string | null {
    return this.current?.viewId ?? null;
  }

  get request(): ViewRequest {
    return this.currentRequest;
  }

  get state(): ArrangementState {
    return this.asked;
  }

  get isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  /** How a column is sorted now. */
  sortOf(column: number): SortKey | undefined {
    return this.request.sort.find(key => key.column === column);
  }

  filterOf(column: number): Filter | undefined {
    return this.request.filters.find(filter => filter.column === column);
  }

  /** Sorts by one column alone, or by no more than the filters leave. */
  sortBy(key: SortKey | null): Promise<void> {
    return this.arrange({ ...this.request, sort: key ? [key] : [] });
  }

  /** Sorts by one more column, where those before it are equal. */
  alsoSortBy(key: SortKey): Promise<void> {
    const others = this.request.sort.filter(({ column }) => column !== key.column);
    return this.arrange({ ...this.request, sort: [...others, key] });
  }

  /** Sets the filter of a column, or takes it away. */
  filterBy(column: number, filter: Filter | null): Promise<void> {
    const others = this.request.filters.filter(other => other.column !== column);
    return this.arrange({ ...this.request, filters: filter ? [...others, filter] : others });
  }

  /** Never rejects: a failure is a state, and what was shown stays. */
  async arrange(request: ViewRequest): Promise<void> {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    if (request.sort.length === 0 && request.filters.length === 0) {
      this.become(null, request);
      return;
    }
    this.asked = { kind: 'arranging', request };
    this.changed();
    try {
      const view = await this.source.arrange(request, signal);
      if (!signal.aborted) this.become(view, request);
    } catch (error) {
      if (!signal.aborted) {
        this.asked = { kind: 'failed', request, error: errorBodyOf(error) };
        this.changed();
      }
    }
  }

  /** Gives up an order that is being made. */
  cancel(): void {
    this.abort.abort();
    this.asked = { kind: 'ready' };
    this.changed();
  }

  /** Takes rows in that came after the order was made. */
  catchUp(rows: number): void {
    if (this.asked.kind === 'arranging' || (this.current && this.current.of < rows)) {
      void this.arrange(this.asked.kind === 'arranging' ? this.asked.request : this.request);
    }
  }

  /** Makes the order again that the gateway no longer keeps; false when there is none, or it was in vain before. */
  renew(): boolean {
    if (!this.current || this.renewals > 0) {
      return false;
    }
    this.renewals += 1;
    void this.arrange(this.request);
    return true;
  }

  dispose(): void {
    this.abort.abort();
  }

  private become(view: View | null, request: ViewRequest): void {
    this.current = view;
    this.currentRequest = request;
    this.asked = { kind: 'ready' };
    this.renewals = 0;
    this.changed();
  }
}
