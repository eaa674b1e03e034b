import { Notification } from '@jupyterlab/apputils';
import { type IDisposable } from '@lumino/disposable';
import { timeLeftInWords } from '../../idle/words';
import { errorText } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { type BrowserTabs } from './browser-tabs';
import { type IdleModel } from './idle-model';

/** Two tabs' clocks and looks differ by less than this when they speak of the same idleness. */
const SAME_IDLENESS_MS = 60_000;
const KEEP_MINUTES = 60;

interface Options {
  readonly model: IdleModel;
  readonly tabs: BrowserTabs;
  /** Shows a message outside the page and returns what closes it. One with the same tag takes the other's place. */
  readonly showOutside: (title: string, body: string, tag: string) => () => void;
  readonly saveAll: () => void;
  readonly timeOfDay: (ms: number) => string;
}

/** Warns a person before the stop, once for each of the configured times, in all tabs of a browser alike. */
export class StopWarning implements IDisposable {
  #shown: { readonly id: string; readonly minutes: number; readonly closeOutside: () => void } | null = null;
  #announced: string | null = null;
  #isDisposed = false;

  constructor(private readonly options: Options) {
    options.model.changed.connect(this.look, this);
    options.tabs.changed.connect(this.look, this);
    Notification.manager.changed.connect(this.onNotification, this);
  }

  /** Shows or takes back the warning as the verdict is by now. */
  look(): void {
    const { model, tabs } = this.options;
    this.tellLastNotice(model.activity?.stoppingAt ?? null);
    const { verdict } = model;
    const minutes = model.willStop ? verdict?.warningsDue.at(-1) : undefined;
    if (!verdict || minutes === undefined) {
      this.takeBack();
      return;
    }
    const { dismissal } = tabs;
    const isDismissed =
      dismissal !== null &&
      dismissal.minutes <= minutes &&
      Math.abs(dismissal.idleSinceMs - verdict.idleSinceMs) < SAME_IDLENESS_MS;
    if (isDismissed) {
      this.takeBack();
    } else {
      this.show(minutes);
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.takeBack();
    this.options.model.changed.disconnect(this.look, this);
    this.options.tabs.changed.disconnect(this.look, this);
    Notification.manager.changed.disconnect(this.onNotification, this);
  }

  private show(minutes: number): void {
    const { model, showOutside, timeOfDay } = this.options;
    const { verdict, nowMs } = model;
    if (!verdict) {
      return;
    }
    const title = `This instance stops in ${timeLeftInWords(Math.max(0, verdict.stopsAtMs - nowMs))}`;
    const body = `Nothing has used it since ${timeOfDay(verdict.idleSinceMs)}. What is not saved is lost.`;
    if (this.#shown?.minutes === minutes) {
      Notification.update({ id: this.#shown.id, message: `${title}. ${body}` });
      return;
    }
    this.takeBack();
    const id = Notification.warning(`${title}. ${body}`, {
      autoClose: false,
      actions: [{ label: 'Keep alive 1 h', displayType: 'accent', callback: event => this.keepAwake(event) }]
    });
    this.#shown = { id, minutes, closeOutside: showOutside(title, body, 'jupyterlab-replica:auto-stop') };
  }

  private takeBack(): void {
    const shown = this.#shown;
    this.#shown = null;
    if (shown) {
      shown.closeOutside();
      Notification.dismiss(shown.id);
    }
  }

  /** The stop has been decided: what can still be saved is saved now. */
  private tellLastNotice(stoppingAt: string | null): void {
    if (stoppingAt === null || stoppingAt === this.#announced) {
      return;
    }
    this.#announced = stoppingAt;
    this.options.saveAll();
    Notification.error('This instance is stopping. Open documents are being saved.', { autoClose: false });
  }

  private keepAwake(event: MouseEvent): void {
    // The warning goes once the gateway has agreed, not with the click.
    event.preventDefault();
    const { model, tabs } = this.options;
    model.keepAwake(KEEP_MINUTES).then(
      () => tabs.announce(model.nowMs),
      (error: unknown) =>
        Notification.error(`The instance is not kept alive. ${errorText(errorBodyOf(error))}`)
    );
  }

  /** A person has closed the warning here, so it is closed everywhere. */
  private onNotification(_manager: unknown, { type, notification }: Notification.IChange): void {
    const { verdict } = this.options.model;
    if (type !== 'removed' || notification.id !== this.#shown?.id || !verdict) {
      return;
    }
    this.#shown.closeOutside();
    const { minutes } = this.#shown;
    this.#shown = null;
    this.options.tabs.dismiss({ minutes, idleSinceMs: verdict.idleSinceMs });
  }
}
