import { Signal, type ISignal } from '@lumino/signaling';
import { type Catalog, type CatalogScope, type Column } from '../../contract/catalog';
import { type ColumnProfile } from '../../contract/column-profile';
import { type ColumnMatches } from '../../contract/column-search';
import { type DatabaseFunction } from '../../contract/functions';
import { type RelationDetails } from '../../contract/relation-details';
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
type CatalogSource = Pick<
  IReplicaClient,
  | 'catalog'
  | 'columns'
  | 'functions'
  | 'relationDetails'
  | 'columnProfiles'
  | 'searchColumns'
  | 'profile'
  | 'ofProfile'
>;

export class CatalogModel implements ICatalogModel {
  #state: CatalogState = { kind: 'loading', previous: null };
  #scope: CatalogScope = { system: false, sequences: false };
  #columns = new Map<string, Entry>();
  readonly #details = new Remembered((name: RelationName) => this.client.relationDetails(name));
  readonly #profiles = new Remembered((name: RelationName) => this.client.columnProfiles(name));
  #functions: Promise<readonly DatabaseFunction[]> | null = null;
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

  /** What to read beside schemas and tables of people's own. Reads the catalog again where that has changed. */
  setScope(scope: CatalogScope): void {
    const { system, sequences } = this.#scope;
    this.#scope = scope;
    if (scope.system !== system || scope.sequences !== sequences) {
      void this.refresh();
    }
  }

  async refresh(): Promise<void> {
    this.#details.forget();
    this.#profiles.forget();
    this.#functions = null;
    const generation = ++this.#generation;
    const previous = this.catalog;
    this.#set({ kind: 'loading', previous });
    const next = await this.client.catalog(this.#scope).then(
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

  details(relation: RelationName): Promise<RelationDetails> {
    return this.#details.get(relation);
  }

  profiles(relation: RelationName): Promise<readonly ColumnProfile[]> {
    return this.#profiles.get(relation);
  }

  searchColumns(words: string, signal: AbortSignal): Promise<ColumnMatches> {
    return this.client.searchColumns(words, signal);
  }

  functions(): Promise<readonly DatabaseFunction[]> {
    const asked = (this.#functions ??= this.client.functions());
    asked.catch(() => {
      if (this.#functions === asked) this.#functions = null;
    });
    return asked;
  }

  columnsState(relation: RelationName): ColumnsState | undefined {
    return this.#columns.get(keyOf(relation))?.state;
  }

  #set(state: CatalogState): void {
    this.#state = state;
    this.#changed.emit();
  }
}

/** Answers about relations, each asked for once; one that could not be had is asked for again. */
class Remembered<T> {
  readonly #answers = new Map<string, Promise<T>>();

  constructor(private readonly ask: (relation: RelationName) => Promise<T>) {}

  get(relation: RelationName): Promise<T> {
    const key = keyOf(relation);
    const answer = this.#answers.get(key) ?? this.ask(relation);
    this.#answers.set(key, answer);
    answer.catch(() => {
      if (this.#answers.get(key) === answer) {
        this.#answers.delete(key);
      }
    });
    return answer;
  }

  forget(): void {
    this.#answers.clear();
  }
}

const keyOf = ({ schema, relation }: RelationName): string => JSON.stringify([schema, relation]);
