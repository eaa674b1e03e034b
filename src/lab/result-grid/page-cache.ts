import { type Table } from 'apache-arrow';

/** Reads `limit` rows from `offset` on, or those of them that exist by now. */
export type ReadRows = (offset: number, limit: number, signal: AbortSignal) => Promise<Table>;

export const PAGE_ROWS = 250;
const KEPT_PAGES = 40;

/**
 * Pages of a result that may still grow, read when they are wanted; the least recently wanted are
 * given up first, and reads of pages nobody waits for any more are aborted.
 */
export class PageCache {
  private readonly pages = new Map<number, Table>();
  private readonly reads = new Map<number, AbortController>();
  /** Pages that came with fewer rows than exist. */
  private readonly inParts = new Set<number>();

  constructor(
    private readonly read: ReadRows,
    private readonly arrived: () => void,
    private readonly failed: (error: unknown) => void
  ) {}

  /** The page as read so far; it may lack rows that came later. */
  page(number: number): Table | undefined {
    return this.pages.get(number);
  }

  /**
   * Reads what is missing of the pages `first` … `last` of a result of `rowCount` rows, and of no others. A page of very
   * large values comes in parts; what of it lies from row `end` on is then left unread.
   */
  want(first: number, last: number, rowCount: number, end = rowCount): void {
    for (const [number, abort] of this.reads) {
      if (number < first || number > last) {
        abort.abort();
        this.reads.delete(number);
      }
    }
    for (let number = first; number <= last; number += 1) {
      const page = this.pages.get(number);
      if (page) {
        this.pages.delete(number);
        this.pages.set(number, page);
      }
      const wanted = this.inParts.has(number) ? Math.min(rowCount, end) : rowCount;
      const existing = Math.min(PAGE_ROWS, wanted - number * PAGE_ROWS);
      if (existing > (page?.numRows ?? 0) && !this.reads.has(number)) {
        void this.fetch(number, existing);
      }
    }
  }

  dispose(): void {
    this.want(0, -1, 0);
    this.pages.clear();
  }

  private async fetch(number: number, existing: number): Promise<void> {
    const abort = new AbortController();
    this.reads.set(number, abort);
    try {
      // A page that has grown is read again, one in parts goes on.
      const before = this.inParts.has(number) ? this.pages.get(number) : undefined;
      const from = before?.numRows ?? 0;
      const more = await this.read(number * PAGE_ROWS + from, PAGE_ROWS - from, abort.signal);
      if (!abort.signal.aborted) {
        this.reads.delete(number);
        if (more.numRows === 0) {
          throw new Error(`no rows of a page came where ${existing - from} exist`);
        }
        if (from + more.numRows < existing) {
          this.inParts.add(number);
        }
        this.keep(number, before ? before.concat(more) : more);
        this.arrived();
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.reads.delete(number);
        this.failed(error);
      }
    }
  }

  private keep(number: number, page: Table): void {
    this.pages.delete(number);
    this.pages.set(number, page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > KEPT_PAGES && oldest !== undefined) {
      this.pages.delete(oldest);
      this.inParts.delete(oldest);
    }
  }
}
