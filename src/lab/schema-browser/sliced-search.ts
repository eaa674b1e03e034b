import { type ColumnMatch } from '../../contract/column-search';
import { type CatalogIndex } from './catalog-index';
import { type FoundRelations, NOTHING, searching } from './catalog-search';

/** A frame has 16 ms, and what was found is drawn in it too. */
const SLICE_MS = 8;

/** Searches a catalog beside what else the page does; only the newest search is answered. */
export class SlicedSearch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `done` once: before it returns for a small catalog or no words, else after a few slices of time. */
  begin(
    index: CatalogIndex,
    words: readonly string[],
    columns: readonly ColumnMatch[],
    done: (found: FoundRelations) => void
  ): void {
    this.stop();
    if (words.length === 0) {
      done(NOTHING);
      return;
    }
    const search = searching(index, words, columns);
    const goOn = () => {
      const until = performance.now() + SLICE_MS;
      for (let step = search.next(); ; step = search.next()) {
        if (step.done) return done(step.value);
        if (performance.now() >= until) break;
      }
      this.#timer = setTimeout(goOn);
    };
    goOn();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
