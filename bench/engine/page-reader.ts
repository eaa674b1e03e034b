import { setTimeout as sleep } from 'node:timers/promises';
import { readPage } from '../../src/gateway/results/page';
import type { Spool } from '../../src/gateway/results/spool';
import type { Gateway } from './gateway-spool';

const ROWS = 10_000;
const PAGE_ROWS = 200;
const EVERY_MS = 50;

/** Somebody who scrolls through a stored result: the times that pages take, the event loop's delay among them. */
export class PageReader {
  #times: number[] = [];
  #runs = 0;
  #reading: Promise<void> = Promise.resolve();
  #goesOn = false;

  private constructor(private readonly spool: Spool) {}

  static async open(gateway: Gateway, table: string): Promise<PageReader> {
    const result = gateway.start(table, false, { rowLimit: ROWS });
    await result.until();
    if (!result.spool) {
      throw new Error('There is no result to page through.');
    }
    result.readers++;
    return new PageReader(result.spool);
  }

  start(): void {
    // Those of the first run, which warms up, are forgotten.
    if (++this.#runs === 2) {
      this.#times = [];
    }
    this.#goesOn = true;
    this.#reading = this.#read();
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#reading;
  }

  p99Ms(): number {
    const sorted = [...this.#times].sort((a, b) => a - b);
    return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
  }

  async #read(): Promise<void> {
    for (let offset = 0; this.#goesOn; offset = (offset + PAGE_ROWS) % ROWS) {
      const due = performance.now() + EVERY_MS;
      await sleep(EVERY_MS);
      await readPage(this.spool, offset, PAGE_ROWS);
      // A timer that fires late is what a request would have waited for.
      this.#times.push(performance.now() - due);
    }
  }
}
