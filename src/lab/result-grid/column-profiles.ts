import { type IDisposable } from '@lumino/disposable';
import { type ColumnProfile } from '../../contract/view';
import { type ResultSource } from './result-source';

/** Columns that one request asks for. */
const AT_ONCE = 16;

/** What is known of a column, and over how many of the result's rows. */
export interface KnownProfile extends ColumnProfile {
  readonly rows: number;
  readonly of: number;
}

/** Pictures of the columns of a complete result, asked for when a column is first seen. */
export class ColumnProfiles implements IDisposable {
  private readonly known = new Map<number, KnownProfile>();
  private readonly asked = new Set<number>();
  private readonly abort = new AbortController();

  constructor(
    private readonly source: Pick<ResultSource, 'profile'>,
    private readonly changed: () => void
  ) {}

  get isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  of(column: number): KnownProfile | undefined {
    return this.known.get(column);
  }

  want(columns: readonly number[]): void {
    const missing = columns.filter(column => !this.asked.has(column));
    missing.forEach(column => this.asked.add(column));
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      void this.fetch(missing.slice(from, from + AT_ONCE));
    }
  }

  dispose(): void {
    this.abort.abort();
  }

  private async fetch(columns: readonly number[]): Promise<void> {
    try {
      const { rows, of, columns: profiles } = await this.source.profile(columns, this.abort.signal);
      profiles.forEach(profile => this.known.set(profile.column, { ...profile, rows, of }));
      this.changed();
    } catch {
      // A header without a picture still names its column; the rows tell what is wrong with the result.
    }
  }
}
