import { type IStateDB } from '@jupyterlab/statedb';
import { Signal, type ISignal } from '@lumino/signaling';
import { list, optional, record, text, type Parsed } from '../../contract/parse';
import { type RelationName } from '../tokens';

const MOST_RECENT = 8;

const parseNames = optional(list(record({ schema: text, relation: text })), []);
const parseShelves = record({ favourites: parseNames, recent: parseNames });
type Kept = Parsed<typeof parseShelves>;

const EMPTY: Kept = { favourites: [], recent: [] };

/** A person's favourites and the tables used last, of one connection profile at a time; kept over a reload. */
export class Shelves {
  #kept: Kept = EMPTY;
  #profile = '';
  readonly #changed = new Signal<this, void>(this);

  /** Without `state` they last as long as the page. */
  constructor(private readonly state: Pick<IStateDB, 'fetch' | 'save'> | null) {}

  get favourites(): readonly RelationName[] {
    return this.#kept.favourites;
  }

  /** The last one first. */
  get recent(): readonly RelationName[] {
    return this.#kept.recent;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Shows what is kept for a profile. */
  async use(profile: string | null): Promise<void> {
    this.#profile = profile ?? '';
    const key = this.key;
    const kept = await this.state?.fetch(key).catch(() => undefined);
    if (key === this.key) {
      this.#kept = read(kept);
      this.#changed.emit();
    }
  }

  isFavourite(name: RelationName): boolean {
    return this.#kept.favourites.some(other => isSame(other, name));
  }

  toggleFavourite(name: RelationName): void {
    const { favourites } = this.#kept;
    const others = favourites.filter(other => !isSame(other, name));
    this.keep({
      ...this.#kept,
      favourites: others.length < favourites.length ? others : [...favourites, name]
    });
  }

  /** A table was looked at. */
  visit(name: RelationName): void {
    const others = this.#kept.recent.filter(other => !isSame(other, name));
    this.keep({ ...this.#kept, recent: [name, ...others].slice(0, MOST_RECENT) });
  }

  private keep(kept: Kept): void {
    this.#kept = kept;
    this.#changed.emit();
    // A full or broken state database costs the memory of it, not the favourite.
    void this.state?.save(this.key, JSON.parse(JSON.stringify(kept))).catch(() => undefined);
  }

  private get key(): string {
    return `jupyterlab-replica:shelves:${this.#profile}`;
  }
}

function read(kept: unknown): Kept {
  try {
    return kept === undefined || kept === null ? EMPTY : parseShelves(kept);
  } catch {
    return EMPTY;
  }
}

const isSame = (a: RelationName, b: RelationName): boolean =>
  a.schema === b.schema && a.relation === b.relation;
