import { Signal, type ISignal } from '@lumino/signaling';
import { type Catalog, type Column } from '../../contract/catalog';
import { errorBodyOf } from '../gateway-client/failure';
import {
  type CatalogState,
  type ColumnsState,
  type ICatalogModel,
  type IReplicaClient,
  type RelationName
} from '../tokens';

interface Entry {
  state: ColumnsState;
  readonly promise: Promise<readonly Column[]>;
  /** The refresh after which the columns were asked for. */
  readonly generation: number;
}

/** What a catalog is read with. */
type CatalogSource = Pick<IReplicaClient, 'catalog' | 'columns' | 'profile' | 'ofProfile'>;

export class CatalogModel implements ICatalogModel {
  #state: CatalogState = { kind: 'loading', previous: null };
  #columns = new Map<string, Entry>();
  #generation = 0;
  #columnsGeneration = 0;
  readonly #changed = new Signal<this, void>(this);

  readonly #others = new Map<string, CatalogModel>();

  constructor(private client: CatalogSource) {}

  get state(): CatalogState {
    return this.#state;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get catalog(): Catalog | null {
    return this.#state.kind === 'ready' ? this.#state.catalog : this.#state.previous;
  }

  async refresh(): Promise<void> {
    const generation = ++this.#generation;
    const previous = this.catalog;
    this.#set({ kind: 'loading', previous });
    const next = await this.client.catalog().then(
      (catalog): CatalogState => ({ kind: 'ready', catalog }),
      (error: unknown): CatalogState => ({ kind: 'failed', error: errorBodyOf(error), previous })
    );
    // A later refresh has begun, and its answer is the newer one.
    if (generation === this.#generation) {
      this.#columnsGeneration = generation;
      this.#set(next);
    }
  }

  /** Forgets what it knows and reads the catalog of another profile. */
  use(profile: string | null): Promise<void> {
    this.client = this.client.ofProfile(profile);
    this.#state = { kind: 'loading', previous: null };
    this.#columns = new Map();
    return this.refresh();
  }

  ofProfile(name: string | null): ICatalogModel {
    if (name === null || name === this.client.profile) {
      return this;
    }
    const known = this.#others.get(name);
    if (known) {
      return known;
    }
    const other = new CatalogModel(this.client.ofProfile(name));
    this.#others.set(name, other);
    void other.refresh();
    return other;
  }

  columns(relation: RelationName): Promise<readonly Column[]> {
    const key = keyOf(relation);
    const known = this.#columns.get(key);
    if (known && known.state.kind !== 'failed' && known.generation === this.#columnsGeneration) {
      return known.promise;
    }
    const promise = this.client.columns(relation);
    const entry: Entry = {
      // What was known before a refresh stays in sight until the new answer is there.
      state: known?.state.kind === 'ready' ? known.state : { kind: 'loading' },
      promise,
      generation: this.#columnsGeneration
    };
    this.#columns.set(key, entry);
    const settle = (state: ColumnsState) => {
      entry.state = state;
      this.#changed.emit();
    };
    promise.then(
      columns => settle({ kind: 'ready', columns }),
      (error: unknown) => settle({ kind: 'failed', error: errorBodyOf(error) })
    );
    this.#changed.emit();
    return promise;
  }

  columnsState(relation: RelationName): ColumnsState | undefined {
    return this.#columns.get(keyOf(relation))?.state;
  }

  #set(state: CatalogState): void {
    this.#state = state;
    this.#changed.emit();
  }
}

const keyOf = ({ schema, relation }: RelationName): string => JSON.stringify([schema, relation]);
