import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type DatasetVersions, type Manifest } from '../../contract/dataset';
import { type ErrorBody } from '../../contract/errors';
import { type Datasets } from '../../contract/storage';
import { errorBodyOf } from '../gateway-client/failure';
import { type IStorageClient } from '../tokens';
import { nameOf } from './describe-dataset';
import { type Below, type DatasetRow } from './dataset-row';
import { datasetRows } from './dataset-rows';

export type DatasetsState =
  | { readonly kind: 'unread' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'no-bucket' }
  | { readonly kind: 'ready'; readonly bucket: string; readonly datasets: Datasets }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** The datasets and single files of the data bucket, and where a person stands among them. */
export class DatasetsModel implements IDisposable {
  #state: DatasetsState = { kind: 'unread' };
  /** What is shown while it is read again. */
  #last: { readonly bucket: string; readonly datasets: Datasets } | null = null;
  #rows: readonly DatasetRow[] = [];
  #selectedIndex = -1;
  #reading: Promise<void> | null = null;
  #disposed = false;
  readonly #opened = new Set<string>();
  readonly #versions = new Map<string, Below<DatasetVersions>>();
  readonly #manifests = new Map<string, Below<Manifest>>();
  readonly #changed = new Signal<this, void>(this);

  constructor(readonly storage: IStorageClient) {}

  get state(): DatasetsState {
    return this.#state;
  }

  /** The visible rows from top to bottom. Those of before while they are read again, or cannot be. */
  get rows(): readonly DatasetRow[] {
    return this.#rows;
  }

  get selectedIndex(): number {
    return this.#selectedIndex;
  }

  get selected(): DatasetRow | null {
    return this.#rows[this.#selectedIndex] ?? null;
  }

  /** Emitted when the state, the rows or the selection changed. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  dispose(): void {
    this.#disposed = true;
    Signal.clearData(this);
  }

  /** Looks through the bucket again. Never rejects: a failure is a state. Asks once at a time. */
  refresh(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    }));
  }

  select(id: string): void {
    const index = this.#rows.findIndex(row => row.id === id);
    if (index >= 0) this.selectIndex(index);
  }

  /** Selects the nearest row there is. */
  selectIndex(index: number): void {
    const nearest = Math.max(0, Math.min(index, this.#rows.length - 1));
    if (this.#rows.length > 0 && nearest !== this.#selectedIndex) {
      this.#selectedIndex = nearest;
      this.#changed.emit();
    }
  }

  /** Opens or closes a row; without `expanded` the opposite of what it is. */
  toggle(id: string, expanded?: boolean): void {
    const row = this.#rows.find(one => one.id === id);
    if (!row || row.expanded === null || row.expanded === expanded) {
      return;
    }
    if (row.expanded) {
      this.#opened.delete(id);
    } else {
      this.#opened.add(id);
      this.#readBelow(row);
    }
    this.#recount();
  }

  openOrEnter(): void {
    const row = this.selected;
    if (row?.expanded === false) {
      this.toggle(row.id, true);
    } else if (row?.expanded) {
      this.selectIndex(this.#selectedIndex + 1);
    }
  }

  closeOrLeave(): void {
    const row = this.selected;
    if (row?.expanded) {
      this.toggle(row.id, false);
    } else if (row?.parentId) {
      this.select(row.parentId);
    }
  }

  openSiblings(): void {
    const { selected } = this;
    const closed = this.#rows.filter(row => row.parentId === selected?.parentId && row.expanded === false);
    closed.forEach(row => this.toggle(row.id, true));
  }

  selectByLetters(letters: string): void {
    const from = Math.max(0, this.#selectedIndex + (letters.length === 1 ? 1 : 0));
    const inTurn = [...this.#rows.slice(from), ...this.#rows.slice(0, from)];
    const found = inTurn.find(row => nameOf(row).toLowerCase().startsWith(letters.toLowerCase()));
    if (found) this.select(found.id);
  }

  async #read(): Promise<void> {
    this.#state = { kind: 'loading' };
    this.#recount();
    try {
      const { dataBucket } = await this.storage.buckets();
      if (dataBucket === null) {
        this.#state = { kind: 'no-bucket' };
        this.#last = null;
      } else {
        const datasets = await this.storage.datasets(dataBucket);
        this.#last = { bucket: dataBucket, datasets };
        this.#state = { kind: 'ready', ...this.#last };
        this.#versions.clear();
        this.#manifests.clear();
      }
    } catch (error) {
      this.#state = { kind: 'failed', error: errorBodyOf(error) };
    }
    this.#recount();
    this.#rows.filter(row => row.expanded).forEach(row => this.#readBelow(row));
  }

  #readBelow(row: DatasetRow): void {
    if (row.kind === 'dataset') {
      const { bucket, prefix } = row.dataset;
      const read = this.#below(this.#versions, row.id, () => this.storage.versions({ bucket, prefix }));
      // Versions that were open before are only now there to be read.
      void read.then(() =>
        this.#rows.filter(one => one.parentId === row.id && one.expanded).forEach(one => this.#readBelow(one))
      );
    } else if (row.kind === 'version') {
      const { dataset, version } = row;
      void this.#below(this.#manifests, row.id, () =>
        this.storage.manifest({ bucket: dataset.bucket, prefix: dataset.prefix }, version.version)
      );
    }
  }

  async #below<T>(into: Map<string, Below<T>>, id: string, read: () => Promise<T>): Promise<void> {
    const known = into.get(id);
    if (known && known.kind !== 'failed') {
      return;
    }
    into.set(id, { kind: 'loading' });
    const below = await read().then(
      (value): Below<T> => ({ kind: 'ready', value }),
      (error: unknown): Below<T> => {
        const { message, action } = errorBodyOf(error);
        return { kind: 'failed', reason: [message, action].filter(Boolean).join(' ') };
      }
    );
    into.set(id, below);
    this.#recount();
  }

  #recount(): void {
    if (this.#disposed) {
      return;
    }
    const before = this.selected;
    this.#rows = this.#last
      ? datasetRows(this.#last.bucket, this.#last.datasets, {
          isOpen: id => this.#opened.has(id),
          versions: id => this.#versions.get(id),
          manifest: id => this.#manifests.get(id)
        })
      : [];
    const after = before ? this.#rows.findIndex(({ id }) => id === before.id) : -1;
    this.#selectedIndex = after >= 0 ? after : Math.min(this.#selectedIndex, this.#rows.length - 1);
    this.#changed.emit();
  }
}
