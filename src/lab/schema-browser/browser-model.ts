import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type Catalog } from '../../contract/catalog';
import { searchWords } from '../../contract/name-match';
import { type ICatalogModel, type RelationName } from '../tokens';
import { indexCatalog, NO_CATALOG, type CatalogIndex } from './catalog-index';
import { type FoundRelations, NOTHING } from './catalog-search';
import { ColumnLookup } from './column-lookup';
import { Shelves } from './shelves';
import { SlicedSearch } from './sliced-search';
import { columnId, nameOf, partitionsId, relationId, relationOf, schemaId, type TreeRow } from './tree-row';
import { foundRows, treeRows, type Shelf } from './tree-rows';

/** Each table that is opened is a question to the server. */
const MOST_OPENED = 50;

/** What the sidebar's tree shows and where a person stands in it. */
export class BrowserModel implements IDisposable {
  #rows: readonly TreeRow[] = [];
  #selectedIndex = -1;
  #search = '';
  #wanted: readonly string[] = [];
  /** Those of what is shown: a search of a large catalog takes some frames. */
  #words: readonly string[] = [];
  readonly #searching = new SlicedSearch();
  #catalog: Catalog | null = null;
  #index: CatalogIndex = NO_CATALOG;
  #found: FoundRelations = NOTHING;
  /** What a person opened or closed, apart for each search because a search opens what it finds. */
  #opened = new Map<string, boolean>();
  #openedInSearch = new Map<string, boolean>();
  #isDisposed = false;
  readonly #rowsChanged = new Signal<this, void>(this);
  readonly #selectionChanged = new Signal<this, void>(this);

  readonly lookup: ColumnLookup;

  constructor(
    readonly source: ICatalogModel,
    readonly shelves = new Shelves(null)
  ) {
    this.lookup = new ColumnLookup(source);
    source.changed.connect(this.#read, this);
    this.lookup.changed.connect(this.#find, this);
    shelves.changed.connect(this.#recount, this);
    this.#read();
  }

  get index(): CatalogIndex {
    return this.#index;
  }

  /** How many relations the search found, of which not all may be shown. */
  get foundCount(): number {
    return this.#found.total;
  }

  /** The visible rows from top to bottom; a new list after each change. */
  get rows(): readonly TreeRow[] {
    return this.#rows;
  }

  get rowsChanged(): ISignal<this, void> {
    return this.#rowsChanged;
  }

  get selectionChanged(): ISignal<this, void> {
    return this.#selectionChanged;
  }

  /** Index in `rows`, -1 when nothing is selected. */
  get selectedIndex(): number {
    return this.#selectedIndex;
  }

  get selected(): TreeRow | null {
    return this.#rows[this.#selectedIndex] ?? null;
  }

  get search(): string {
    return this.#search;
  }

  set search(search: string) {
    if (search === this.#search) {
      return;
    }
    this.#search = search;
    this.#wanted = searchWords(search);
    this.#openedInSearch.clear();
    this.lookup.look(this.#wanted);
    this.#find();
  }

  /** The search that is shown, in words, for marking what it met. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** Selects a row; the selection stays where no such row is shown. */
  select(id: string): void {
    const index = this.#rows.findIndex(row => row.id === id);
    if (index >= 0) {
      this.selectIndex(index);
    }
  }

  /** Selects the nearest row there is. */
  selectIndex(index: number): void {
    const nearest = Math.max(0, Math.min(index, this.#rows.length - 1));
    if (this.#rows.length > 0 && nearest !== this.#selectedIndex) {
      this.#selectedIndex = nearest;
      this.#selectionChanged.emit();
    }
  }

  /** Opens or closes a row; without `expanded` the opposite of what it is. */
  toggle(id: string, expanded?: boolean): void {
    const row = this.#rows.find(candidate => candidate.id === id);
    if (!row || row.expanded === null || row.expanded === expanded) {
      return;
    }
    this.#remembered.set(id, !row.expanded);
    if (row.kind === 'relation' && !row.expanded) {
      this.readColumns({ schema: row.schema, relation: row.relation.name });
    }
    this.#recount();
  }

  /** Reads columns that are not known yet, or could not be read before. */
  readColumns(relation: RelationName): void {
    // A failure is told by the state of the columns.
    this.source.columns(relation).catch(() => undefined);
  }

  /** Opens all rows beside the selected one. */
  openSiblings(): void {
    const { selected } = this;
    const closed = this.#rows.filter(row => row.parentId === selected?.parentId && row.expanded === false);
    closed.slice(0, MOST_OPENED).forEach(row => this.toggle(row.id, true));
  }

  /** Opens a closed row, else goes to the first row below it. */
  openOrEnter(): void {
    const row = this.selected;
    if (row?.expanded === false) {
      this.toggle(row.id, true);
    } else if (row?.expanded && this.#rows[this.#selectedIndex + 1]?.parentId === row.id) {
      this.selectIndex(this.#selectedIndex + 1);
    }
  }

  /** Closes an open row, else goes to the row above it in the tree. */
  closeOrLeave(): void {
    const row = this.selected;
    if (row?.expanded) {
      this.toggle(row.id, false);
    } else if (row?.parentId) {
      this.select(row.parentId);
    }
  }

  /** Goes to the next row, round the end, whose name begins with `letters`. */
  selectByLetters(letters: string): void {
    const from = this.#selectedIndex + (letters.length === 1 ? 1 : 0);
    for (let step = 0; step < this.#rows.length; step++) {
      const index = (Math.max(0, from) + step) % this.#rows.length;
      const row = this.#rows[index];
      if (row && nameOf(row).toLowerCase().startsWith(letters.toLowerCase())) {
        this.selectIndex(index);
        return;
      }
    }
  }

  /**
   * Opens all that is above a relation, or a column of it, and selects it. Ends a search that hides it.
   * False, and nothing changes, where the relation is not visible to the user.
   */
  async reveal(target: RelationName & { readonly column?: string }): Promise<boolean> {
    if (!this.#index.find(target)) {
      return false;
    }
    this.search = '';
    this.#opened.set(schemaId(target.schema), true);
    for (const parent of this.#partitionParents(target)) {
      this.#opened.set(schemaId(parent.schema), true);
      this.#opened.set(relationId(parent), true);
      this.#opened.set(partitionsId(parent), true);
      this.readColumns(parent);
    }
    if (target.column === undefined) {
      this.#recount();
      this.select(relationId(target));
      return true;
    }
    this.#opened.set(relationId(target), true);
    this.#recount();
    this.select(relationId(target));
    await this.source.columns(target).catch(() => undefined);
    this.select(columnId(target, target.column));
    return true;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.lookup.stop();
    this.#searching.stop();
    this.source.changed.disconnect(this.#read, this);
    this.shelves.changed.disconnect(this.#recount, this);
    Signal.clearData(this);
  }

  get #remembered(): Map<string, boolean> {
    return this.#words.length > 0 ? this.#openedInSearch : this.#opened;
  }

  #read(): void {
    const { catalog } = this.source;
    const isNew = catalog !== this.#catalog;
    if (isNew) {
      this.#index = catalog ? indexCatalog(catalog) : NO_CATALOG;
      if (!this.#catalog && catalog) {
        this.#openTheObvious();
      }
      this.#catalog = catalog;
      this.#find();
    }
    this.#recount();
    if (isNew) {
      this.#rows
        .filter(row => row.kind === 'relation' && row.expanded)
        .map(relationOf)
        .forEach(relation => relation && this.readColumns(relation));
    }
  }

  /** A first look shows tables: those of the only schema, or of `public`. */
  #openTheObvious(): void {
    const { schemas } = this.#index;
    const usable = schemas.filter(schema => schema.usable);
    const obvious = usable.length === 1 ? usable[0] : usable.find(({ name }) => name === 'public');
    if (obvious) {
      this.#opened.set(schemaId(obvious.name), true);
    }
  }

  #find(): void {
    const words = this.#wanted;
    this.#searching.begin(this.#index, words, this.lookup.matches, found => {
      this.#found = found;
      this.#words = words;
      this.#recount();
    });
  }

  #recount(): void {
    const before = this.selected;
    const openings = {
      opened: (id: string) => this.#remembered.get(id),
      columnsState: (relation: RelationName) => this.source.columnsState(relation),
      role: this.#catalog?.role ?? ''
    };
    this.#rows =
      this.#words.length > 0
        ? foundRows(this.#found.found, openings)
        : treeRows({ ...openings, schemas: this.#index.schemas, shelves: this.#shelves() });
    const after = before ? this.#rows.findIndex(row => row.id === before.id) : -1;
    this.#selectedIndex = after >= 0 ? after : Math.min(this.#selectedIndex, this.#rows.length - 1);
    this.#rowsChanged.emit();
    if (this.selected?.id !== before?.id) {
      this.#selectionChanged.emit();
    }
  }

  /** What is kept and still visible. */
  #shelves(): readonly Shelf[] {
    const there = (names: readonly RelationName[]) => names.flatMap(name => this.#index.find(name) ?? []);
    return [
      { name: 'Favourites', relations: there(this.shelves.favourites) },
      { name: 'Recent', relations: there(this.shelves.recent) }
    ];
  }

  /** The partitioned tables that a partition stands below, nearest first. */
  #partitionParents(name: RelationName): RelationName[] {
    const parent = this.#index.find(name)?.relation.partitionOf;
    return parent && this.#index.find(parent) ? [parent, ...this.#partitionParents(parent)] : [];
  }
}
