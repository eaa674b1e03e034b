import { isFinal } from '../contract/query';

/** Changes are told to a follower at most this often. */
const TELL_EVERY_MS = 100;

/** Work that changes until it is final, watched by any number of followers. */
export abstract class Progress<S extends { readonly state: string }> {
  private readonly listeners = new Set<() => void>();
  private version = 0;

  abstract status(): S;

  get final(): boolean {
    return isFinal(this.status());
  }

  /** Resolves once `condition` holds or the work has ended. */
  until(condition: () => boolean = () => false, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const check = () => {
        if (this.final || condition() || signal?.aborted) {
          this.listeners.delete(check);
          signal?.removeEventListener('abort', check);
          resolve();
        }
      };
      this.listeners.add(check);
      signal?.addEventListener('abort', check);
      check();
    });
  }

  /** The status now, each change at once but at most ten times a second, and the final one; then it ends. */
  async *follow(signal: AbortSignal): AsyncGenerator<S, void, undefined> {
    while (!signal.aborted) {
      const seen = this.version;
      const status = this.status();
      const toldAt = performance.now();
      yield status;
      if (isFinal(status)) {
        return;
      }
      await this.until(() => this.version !== seen, signal);
      await this.untilLater(toldAt + TELL_EVERY_MS - performance.now(), signal);
    }
  }

  /** Not with AbortSignal.any and .timeout: Node may collect such signals as garbage before they fire. */
  private async untilLater(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted) {
      return;
    }
    const later = new AbortController();
    const end = () => later.abort();
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    await this.until(undefined, later.signal);
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }

  protected changed(): void {
    this.version++;
    [...this.listeners].forEach(listener => listener());
  }
}
