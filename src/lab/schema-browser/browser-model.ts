import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type Catalog, type Relation } from '../../contract/catalog';
import { type ICatalogModel, type RelationName } from '../tokens';
import { indexCatalog, type IndexedSchema } from './catalog-index';
import { columnId, nameOf, partitionsId, relationId, relationOf, schemaId, type TreeRow } from './tree-row';
import { treeRows } from './tree-rows';

/** What the sidebar's tree shows and where a person stands in it. */
export class BrowserModel implements IDisposable {
  #rows: readonly TreeRow[] = [];
  #selectedIndex = -1;
  #search = '';
  #words: readonly string[] = [];
  #catalog: Catalog | null = null;
  #schemas: readonly IndexedSchema[] = [];
  /** What a person opened or closed, apart for each search because a search opens what it finds. */
  #opened = new Map<string, boolean>();
  #openedInSearch = new Map<string, boolean>();
  #isDisposed = false;
  readonly #rowsChanged = new Signal<this, void>(this);
  readonly #selectionChanged = new Signal<this, void>(this);

  constructor(readonly source: ICatalogModel) {
    source.changed.connect(this.#read, this);
    this.#read();
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
    this.#words = search.toLowerCase().split(/\s+/).filter(Boolean);
    this.#openedInSearch.clear();
    this.#recount();
  }

  /** The search in words, for marking what it met. */
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
    if (!this.#relation(target)) {
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
    Signal.clearData(this);
  }

  get #remembered(): Map<string, boolean> {
    return this.#words.length > 0 ? this.#openedInSearch : this.#opened;
  }

  #read(): void {
    const { catalog } = this.source;
    const isNew = catalog !== this.#catalog;
    if (isNew) {
      this.#schemas = catalog ? indexCatalog(catalog) : [];
      if (!this.#catalog && catalog) {
        this.#openTheObvious();
      }
      this.#catalog = catalog;
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
    const obvious =
      this.#schemas.length === 1 ? this.#schemas[0] : this.#schemas.find(({ name }) => name === 'public');
    if (obvious) {
      this.#opened.set(schemaId(obvious.name), true);
    }
  }

  #recount(): void {
    const before = this.selected;
    this.#rows = treeRows({
      schemas: this.#schemas,
      words: this.#words,
      isExpanded: (id, byDefault) => this.#remembered.get(id) ?? byDefault,
      columnsState: relation => this.source.columnsState(relation)
    });
    const after = before ? this.#rows.findIndex(row => row.id === before.id) : -1;
    this.#selectedIndex = after >= 0 ? after : Math.min(this.#selectedIndex, this.#rows.length - 1);
    this.#rowsChanged.emit();
    if (this.selected?.id !== before?.id) {
      this.#selectionChanged.emit();
    }
  }

  /** The partitioned tables that a partition stands below, nearest first. */
  #partitionParents({ schema, relation }: RelationName): RelationName[] {
    const parents: RelationName[] = [];
    let name: RelationName | null = { schema, relation };
    while (name) {
      name = this.#relation(name)?.partitionOf ?? null;
      if (name) {
        parents.push(name);
      }
    }
    return parents;
  }

  #relation({ schema, relation }: RelationName): Relation | undefined {
    return this.#catalog?.schemas
      .find(({ name }) => name === schema)
      ?.relations.find(({ name }) => name === relation);
  }
}
