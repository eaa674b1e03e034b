import type { Debt, Journal } from './journal';

export interface TidyingOptions {
  readonly everyMs: number;
  readonly remove: (debt: Debt) => Promise<void>;
  readonly log: (line: string) => void;
}

/**
 * Removes what ended exports and gateways that are gone have left on S3: at once, and again and again what could not be
 * removed before, such as with credentials that had expired.
 */
export class Tidying {
  readonly #timer: NodeJS.Timeout;
  #isAtIt = false;

  constructor(
    private readonly journal: Journal,
    private readonly options: TidyingOptions
  ) {
    this.#timer = setInterval(() => void this.#tidy(), options.everyMs).unref();
    void this.#tidy();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  async #tidy(): Promise<void> {
    if (this.#isAtIt) {
      return;
    }
    const { remove, log } = this.options;
    this.#isAtIt = true;
    try {
      await this.journal.settleLeft(remove);
      const removed = await this.journal.settleOrphans(remove);
      if (removed > 0) {
        log(`removed ${removed} things that an earlier gateway had left on S3`);
      }
    } catch (error) {
      log(`cannot look for what earlier gateways left on S3: ${String(error)}`);
    } finally {
      this.#isAtIt = false;
    }
  }
}
