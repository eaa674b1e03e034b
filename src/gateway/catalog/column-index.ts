import type { ColumnNames } from './column-names';

/** Unused for so long, the index gives its memory back: up to some tens of megabytes for half a million columns. */
const IDLE_MS = 10 * 60_000;

/**
 * Column names of a replica, held in the gateway, so that searching half a million columns while somebody types costs
 * the shared server nothing: it would scan pg_attribute for each letter, and could neither rank nor find scattered
 * ones. Read at the first search, not when the catalog opens, and again after a refresh.
 */
export class ColumnIndex {
  #reading: Promise<ColumnNames> | null = null;
  #idle: NodeJS.Timeout | undefined;

  /** What is held, or what `read` gives, which all who ask meanwhile wait for together. */
  get(read: () => Promise<ColumnNames>): Promise<ColumnNames> {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.forget(), IDLE_MS).unref();
    if (!this.#reading) {
      const reading = read();
      this.#reading = reading;
      reading.catch(() => {
        if (this.#reading === reading) {
          this.#reading = null;
        }
      });
    }
    return this.#reading;
  }

  /** The catalog may have changed. */
  forget(): void {
    clearTimeout(this.#idle);
    this.#reading = null;
  }
}
