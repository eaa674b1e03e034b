import { type IDisposable } from '@lumino/disposable';
import { type IdleModel } from './idle-model';

const LOOK_EVERY_MS = 60_000;
const LOOK_WHEN_NEAR_EVERY_MS = 10_000;

/** Looks once a minute, more often shortly before the stop, and at once when a page that slept is back. */
export class IdleWatch implements IDisposable {
  #isDisposed = false;
  readonly #timers: readonly number[];

  constructor(private readonly model: Pick<IdleModel, 'refresh' | 'verdict'>) {
    this.#timers = [
      window.setInterval(() => this.look(), LOOK_EVERY_MS),
      window.setInterval(() => {
        if ((model.verdict?.warningsDue.length ?? 0) > 0) {
          this.look();
        }
      }, LOOK_WHEN_NEAR_EVERY_MS)
    ];
    // Timers sleep with a closed laptop.
    document.addEventListener('visibilitychange', this);
    window.addEventListener('online', this);
  }

  handleEvent(): void {
    if (document.visibilityState === 'visible') {
      this.look();
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timers.forEach(timer => window.clearInterval(timer));
    document.removeEventListener('visibilitychange', this);
    window.removeEventListener('online', this);
  }

  private look(): void {
    void this.model.refresh();
  }
}
