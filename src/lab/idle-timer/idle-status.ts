import { showPopup, type Popup } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';
import { costInWords, periodAt, type PriceTable } from './costs';
import { type IdleModel } from './idle-model';
import { IdlePopup, type PopupActions } from './idle-popup';
import { idleWords, type IdleWords } from './idle-words';
import { timeOfDay } from './time-of-day';

/** Often enough that no minute is shown wrongly for long; nothing is asked for it. */
const TICK_MS = 5_000;

interface Options {
  readonly model: IdleModel;
  readonly actions: PopupActions;
  readonly canAskForNotifications: () => boolean;
  /** Whether there is a log where JupyterLab can open it. */
  readonly hasLog: () => boolean;
}

/** The time left, in the status bar. */
export class IdleStatus extends Widget {
  readonly #text = document.createElement('span');
  readonly #live = document.createElement('span');
  #prices: PriceTable = { currency: '', pricesPerHour: {} };
  #body: IdlePopup | null = null;
  #popup: Popup | null = null;
  readonly #timer: number;

  constructor(private readonly options: Options) {
    super();
    this.addClass('jp-Replica-idleStatus');
    this.addClass('jp-mod-highlighted');
    this.#text.className = 'jp-StatusBar-TextItem';
    this.#text.tabIndex = 0;
    this.#text.setAttribute('role', 'button');
    this.#text.setAttribute('aria-haspopup', 'dialog');
    this.#text.setAttribute('aria-expanded', 'false');
    this.#text.addEventListener('click', () => this.togglePopup());
    this.#text.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.togglePopup();
      }
    });
    // Told aloud when a warning is due, not each minute.
    this.#live.className = 'jp-Replica-idleLive';
    this.#live.setAttribute('aria-live', 'polite');
    this.node.append(this.#text, this.#live);
    options.model.changed.connect(this.showWords, this);
    this.#timer = window.setInterval(() => this.showWords(), TICK_MS);
    this.showWords();
  }

  set prices(prices: PriceTable) {
    this.#prices = prices;
    this.showWords();
  }

  /** Shows what counts down and what holds the instance open, or hides it. */
  togglePopup(): void {
    if (this.#popup && !this.#popup.isDisposed) {
      this.#popup.dispose();
      return;
    }
    const body = new IdlePopup(this.options.actions);
    this.#body = body;
    const popup = showPopup({ body, anchor: this, align: 'right', hasDynamicSize: true });
    this.#popup = popup;
    this.#text.setAttribute('aria-expanded', 'true');
    this.showWords();
    popup.disposed.connect(() => {
      this.#body = null;
      this.#text.setAttribute('aria-expanded', 'false');
      // A person who clicked something else has the keyboard there.
      if (popup.node.contains(document.activeElement)) {
        this.#text.focus();
      }
    });
    void this.options.model.refresh();
  }

  override dispose(): void {
    window.clearInterval(this.#timer);
    this.#popup?.dispose();
    super.dispose();
  }

  private showWords(): void {
    const { model, canAskForNotifications, hasLog } = this.options;
    const words = idleWords(model, ms => timeOfDay.format(ms));
    this.#text.textContent = words.status;
    this.#text.title = [words.headline, ...words.holds.map(hold => `Held open: ${hold}`)].join('\n');
    this.toggleClass('jp-mod-near', words.isNear);
    this.announce(words);
    if (this.#body) {
      const { activity } = model;
      this.#body.content = {
        words,
        costs: activity ? costInWords(activity, this.#prices, periodAt(model.nowMs)) : '',
        hasLog: hasLog(),
        canAskForNotifications: canAskForNotifications()
      };
    }
  }

  private announce({ isNear, headline }: IdleWords): void {
    const said = isNear ? headline : '';
    if (this.#live.textContent !== said) {
      this.#live.textContent = said;
    }
  }
}
