import { showPopup, type Popup } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';
import { type IdleModel } from './idle-model';
import { IdlePopup } from './idle-popup';
import { idleWords, type IdleWords } from './idle-words';

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
/** Often enough that no minute is shown wrongly for long; nothing is asked for it. */
const TICK_MS = 5_000;

/** The time left, in the status bar. */
export class IdleStatus extends Widget {
  readonly #text = document.createElement('span');
  #body: IdlePopup | null = null;
  #popup: Popup | null = null;
  readonly #timer: number;

  constructor(private readonly model: IdleModel) {
    super();
    this.addClass('jp-Replica-idleStatus');
    this.addClass('jp-mod-highlighted');
    this.#text.className = 'jp-StatusBar-TextItem';
    this.#text.tabIndex = 0;
    this.#text.setAttribute('role', 'button');
    this.#text.setAttribute('aria-haspopup', 'dialog');
    this.#text.addEventListener('click', () => this.togglePopup());
    this.#text.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.togglePopup();
      }
    });
    this.node.append(this.#text);
    model.changed.connect(this.showWords, this);
    this.#timer = window.setInterval(() => this.showWords(), TICK_MS);
    this.showWords();
  }

  /** Shows what counts down and what holds the instance open, or hides it. */
  togglePopup(): void {
    if (this.#popup && !this.#popup.isDisposed) {
      this.#popup.dispose();
      return;
    }
    this.#body = new IdlePopup();
    this.#body.words = this.words;
    this.#popup = showPopup({ body: this.#body, anchor: this, align: 'right' });
    this.#popup.disposed.connect(() => {
      this.#body = null;
    });
    void this.model.refresh();
  }

  override dispose(): void {
    window.clearInterval(this.#timer);
    this.#popup?.dispose();
    super.dispose();
  }

  private get words(): IdleWords {
    const { verdict, activity, nowMs } = this.model;
    return idleWords(verdict, activity, nowMs, ms => timeOfDay.format(ms));
  }

  private showWords(): void {
    const { words } = this;
    this.#text.textContent = words.status;
    this.#text.title = [words.headline, ...words.holds.map(hold => `Held open: ${hold}`)].join('\n');
    this.toggleClass('jp-mod-near', words.isNear);
    if (this.#body) {
      this.#body.words = words;
    }
  }
}
