import { type IDisposable } from '@lumino/disposable';

const KINDS = ['keydown', 'pointerdown', 'wheel'] as const;
const THROTTLE_MS = 60_000;

interface Options {
  readonly target: EventTarget;
  /** Called at most once a minute; it is told that there was input, never which. */
  readonly report: () => Promise<void>;
  readonly now: () => number;
  /** Whether a person made the event, rather than a script. */
  readonly isPersons: (event: Event) => boolean;
}

/** Notices that a person uses keyboard, pointer or wheel. */
export class UserInput implements IDisposable {
  #reportedAt = Number.NEGATIVE_INFINITY;
  #isDisposed = false;

  constructor(private readonly options: Options) {
    for (const kind of KINDS) {
      options.target.addEventListener(kind, this, { capture: true, passive: true });
    }
  }

  handleEvent(event: Event): void {
    const now = this.options.now();
    // A clock that was set back must not keep input from being told.
    const isTold = now >= this.#reportedAt && now - this.#reportedAt < THROTTLE_MS;
    if (!this.options.isPersons(event) || isTold) {
      return;
    }
    const before = this.#reportedAt;
    this.#reportedAt = now;
    // What could not be told is told with the next input.
    this.options.report().catch(() => {
      this.#reportedAt = before;
    });
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const kind of KINDS) {
      this.options.target.removeEventListener(kind, this, { capture: true });
    }
  }
}
