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

  /** The status now, after changes at most ten times a second, and the final one; then it ends. */
  async *follow(signal: AbortSignal): AsyncGenerator<S, void, undefined> {
    while (!signal.aborted) {
      const seen = this.version;
      const status = this.status();
      yield status;
      if (isFinal(status)) {
        return;
      }
      await this.until(() => this.version !== seen, signal);
      await this.until(undefined, AbortSignal.any([signal, AbortSignal.timeout(TELL_EVERY_MS)]));
    }
  }

  protected changed(): void {
    this.version++;
    [...this.listeners].forEach(listener => listener());
  }
}
