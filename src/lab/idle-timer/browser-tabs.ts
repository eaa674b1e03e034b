import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { count, number, record, type Parsed } from '../../contract/parse';

const DISMISSED_KEY = 'jupyterlab-replica:auto-stop-dismissed';
const CHANGED_KEY = 'jupyterlab-replica:auto-stop-changed';

const parseDismissal = record({ minutes: count, idleSinceMs: number });

/** A warning that a person has closed: its minutes, and the idleness that it warned of. */
export type Dismissal = Parsed<typeof parseDismissal>;

/** What the tabs of one browser tell each other, also those opened later. */
export class BrowserTabs implements IDisposable {
  #isDisposed = false;
  readonly #changed = new Signal<this, void>(this);

  constructor(
    private readonly storage: Storage,
    private readonly target: EventTarget
  ) {
    target.addEventListener('storage', this);
  }

  /** Emitted when another tab has closed a warning or asked for more time. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get dismissal(): Dismissal | null {
    try {
      return parseDismissal(JSON.parse(this.storage.getItem(DISMISSED_KEY) ?? 'null'));
    } catch {
      return null;
    }
  }

  dismiss(dismissal: Dismissal): void {
    this.storage.setItem(DISMISSED_KEY, JSON.stringify(dismissal));
  }

  /** Tells the others that the gateway knows something new. */
  announce(nowMs: number): void {
    this.storage.setItem(CHANGED_KEY, String(nowMs));
  }

  handleEvent(event: Event): void {
    if (event instanceof StorageEvent && (event.key === DISMISSED_KEY || event.key === CHANGED_KEY)) {
      this.#changed.emit();
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.target.removeEventListener('storage', this);
    Signal.clearData(this);
  }
}
