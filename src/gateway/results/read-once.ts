import { GatewayError } from '../gateway-error';
import { Changes } from './changes';
import { GIVEN_UP } from './row-stream';

/** What any reader after the first is thrown. */
const READ_ALREADY = new GatewayError('bad-request', 'The rows of this result can be read only once.', {
  action: 'Run the query again.'
});

/** Rows that are given up as their one reader takes them: how they end, and how the reader waits for more. */
export abstract class ReadOnce {
  protected state: 'growing' | 'complete' | 'failed' = 'growing';
  protected readonly changes = new Changes();
  private failure: unknown = null;
  private hasReader = false;

  fail(error: unknown): void {
    if (this.state === 'growing') {
      this.invalidate(error);
    }
  }

  invalidate(error: unknown): void {
    this.state = 'failed';
    this.failure = error;
    this.letGo(error);
    this.changes.tell();
  }

  async remove(): Promise<void> {
    if (this.state !== 'failed') {
      this.invalidate(GIVEN_UP);
    }
    await this.removeFiles();
  }

  /** Lets go of all that waits for the reader. */
  protected abstract letGo(error: unknown): void;

  protected abstract removeFiles(): Promise<void>;

  /** Nothing follows. */
  protected settle(): void {
    if (this.state === 'growing') {
      this.state = 'complete';
      this.changes.tell();
    }
  }

  /**
   * What `first` finds, again and again, with those still to come. Throws what the rows failed with, and for every reader
   * after the first `bad-request`.
   */
  protected async *inTurn<T extends object>(
    first: () => T | undefined,
    signal: AbortSignal
  ): AsyncGenerator<T> {
    if (this.hasReader) {
      throw READ_ALREADY;
    }
    this.hasReader = true;
    for (;;) {
      signal.throwIfAborted();
      if (this.state === 'failed') {
        throw this.failure;
      }
      const found = first();
      if (found) {
        yield found;
      } else if (this.state === 'complete') {
        return;
      } else {
        await this.changes.next(signal);
      }
    }
  }
}
