import { type Table } from 'apache-arrow';

/** Reads `limit` rows of one block of columns from `offset` on, or those of them that exist by now. */
export type ReadPage = (block: number, offset: number, limit: number, signal: AbortSignal) => Promise<Table>;

export const PAGE_ROWS = 250;
const KEPT_PAGES = 60;
/** A page of a result that grows and the blocks beside it make one key. */
const MOST_BLOCKS = 4096;

/** Pages and blocks that are wanted, both ends included. */
export interface PageSpan {
  readonly firstPage: number;
  readonly lastPage: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
}

/**
 * Pages of a result that may still grow, cut into blocks of columns, read when they are wanted; the least recently wanted
 * are given up first, and reads of pages nobody waits for any more are aborted.
 */
export class PageCache {
  private readonly pages = new Map<number, Table>();
  private readonly reads = new Map<number, AbortController>();

  constructor(
    private readonly read: ReadPage,
    private readonly arrived: () => void,
    private readonly failed: (error: unknown) => void
  ) {}

  /** The page as read so far; it may lack rows that came later. */
  page(number: number, block: number): Table | undefined {
    return this.pages.get(number * MOST_BLOCKS + block);
  }

  /** Reads what is missing of a span of a result of `rowCount` rows, and nothing else. */
  want({ firstPage, lastPage, firstBlock, lastBlock }: PageSpan, rowCount: number): void {
    const wanted = new Set<number>();
    for (let page = firstPage; page <= lastPage; page += 1) {
      for (let block = firstBlock; block <= lastBlock; block += 1) {
        wanted.add(page * MOST_BLOCKS + block);
      }
    }
    this.abortBut(wanted);
    for (const key of wanted) {
      const page = this.pages.get(key);
      if (page) {
        this.pages.delete(key);
        this.pages.set(key, page);
      }
      const number = Math.floor(key / MOST_BLOCKS);
      const existing = Math.min(PAGE_ROWS, rowCount - number * PAGE_ROWS);
      if (existing > (page?.numRows ?? 0) && !this.reads.has(key)) {
        void this.fetch(key, existing);
      }
    }
  }

  /** Forgets everything; reads under way are aborted. */
  clear(): void {
    this.abortBut(new Set());
    this.pages.clear();
  }

  private abortBut(wanted: ReadonlySet<number>): void {
    for (const [key, abort] of this.reads) {
      if (!wanted.has(key)) {
        abort.abort();
        this.reads.delete(key);
      }
    }
  }

  private async fetch(key: number, existing: number): Promise<void> {
    const abort = new AbortController();
    this.reads.set(key, abort);
    try {
      const offset = Math.floor(key / MOST_BLOCKS) * PAGE_ROWS;
      const page = await this.read(key % MOST_BLOCKS, offset, PAGE_ROWS, abort.signal);
      if (!abort.signal.aborted) {
        this.reads.delete(key);
        if (page.numRows < existing) {
          throw new Error(`${page.numRows} rows of a page came where ${existing} exist`);
        }
        this.keep(key, page);
        this.arrived();
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.reads.delete(key);
        this.failed(error);
      }
    }
  }

  private keep(key: number, page: Table): void {
    this.pages.delete(key);
    this.pages.set(key, page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > KEPT_PAGES && oldest !== undefined) {
      this.pages.delete(oldest);
    }
  }
}
