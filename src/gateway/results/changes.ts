/** Lets readers wait for what writers do. */
export class Changes {
  private readonly waiting = new Set<() => void>();

  /** Resolves with the next `tell`, or once `signal` is aborted. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal?.addEventListener('abort', done);
      if (signal?.aborted) {
        done();
      }
    });
  }

  tell(): void {
    [...this.waiting].forEach(done => done());
  }
}
