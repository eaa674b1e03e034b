import { Signal } from '@lumino/signaling';
import { type Catalog, type Column } from '../../../src/contract/catalog';
import { type ColumnProfile } from '../../../src/contract/column-profile';
import { type ColumnMatches } from '../../../src/contract/column-search';
import { type RelationDetails } from '../../../src/contract/relation-details';
import {
  type CatalogState,
  type ColumnsState,
  type ICatalogModel,
  type RelationName
} from '../../../src/lab/tokens';

/** A catalog in memory, for tests of what is made from it. */
export class CatalogSource implements ICatalogModel {
  readonly changed = new Signal<this, void>(this);
  readonly asked: string[] = [];
  refreshes = 0;
  #known = new Map<string, ColumnsState>();

  constructor(
    public state: CatalogState,
    private readonly columnsOf: Readonly<Record<string, readonly Column[]>> = {}
  ) {}

  get catalog(): Catalog | null {
    return this.state.kind === 'ready' ? this.state.catalog : this.state.previous;
  }

  set(state: CatalogState): void {
    this.state = state;
    this.changed.emit();
  }

  async refresh(): Promise<void> {
    this.refreshes += 1;
  }

  async columns({ relation }: RelationName): Promise<readonly Column[]> {
    this.asked.push(relation);
    const columns = this.columnsOf[relation] ?? [];
    this.#known.set(relation, { kind: 'ready', columns });
    this.changed.emit();
    return columns;
  }

  async functions(): Promise<[]> {
    return [];
  }

  ofProfile(): ICatalogModel {
    return this;
  }

  matches: ColumnMatches = { matches: [], total: 0 };
  readonly searches: string[] = [];
  async searchColumns(words: string): Promise<ColumnMatches> {
    this.searches.push(words);
    return this.matches;
  }

  known: { details?: RelationDetails; profiles?: readonly ColumnProfile[] } = {};
  async details(): Promise<RelationDetails> {
    if (!this.known.details) {
      throw new Error('There are no details.');
    }
    return this.known.details;
  }

  async profiles(): Promise<readonly ColumnProfile[]> {
    return this.known.profiles ?? [];
  }

  columnsState({ relation }: RelationName): ColumnsState | undefined {
    return this.#known.get(relation);
  }

  failColumns({ relation }: RelationName, message: string): void {
    const nothing = { subject: null, action: null, detail: null, hint: null, position: null, sqlstate: null };
    this.#known.set(relation, { kind: 'failed', error: { ...nothing, code: 'permission-denied', message } });
    this.changed.emit();
  }
}
