import { Widget } from '@lumino/widgets';
import { errorBodyOf } from '../gateway-client/failure';
import { type IdleWords } from './idle-words';

/** What the popup shows beside the words of the verdict. */
export interface PopupContent {
  readonly words: IdleWords;
  /** Empty where nothing is known of it. */
  readonly costs: string;
  readonly hasLog: boolean;
  /** Whether the browser could show warnings outside the page, but was not asked yet. */
  readonly canAskForNotifications: boolean;
}

export interface PopupActions {
  /** Null is for as long as work runs. */
  keepAwake(minutes: number | null): Promise<void>;
  endKeepAwake(): Promise<void>;
  openLog(): void;
  askForNotifications(): Promise<void>;
}

const KEEP: readonly (readonly [label: string, minutes: number | null])[] = [
  ['30 min', 30],
  ['1 h', 60],
  ['4 h', 240],
  ['until running work ends', null]
];

/** What counts down, what holds the instance open, and what a person can do about it. */
export class IdlePopup extends Widget {
  readonly #headline = paragraph('jp-Replica-idleHeadline');
  readonly #holds = part('Held open by');
  readonly #holdList = document.createElement('ul');
  readonly #facts = document.createElement('div');
  readonly #keep = part('Keep alive');
  readonly #kept = document.createElement('span');
  readonly #keptRow = part('');
  readonly #costs = paragraph('jp-Replica-idleCosts');
  readonly #failure = paragraph('jp-Replica-idleFailure');
  readonly #log: HTMLButtonElement;
  readonly #ask: HTMLButtonElement;

  constructor(actions: PopupActions) {
    super();
    this.addClass('jp-Replica-idlePopup');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-label', 'Auto-stop');
    this.node.tabIndex = -1;
    this.#holdList.setAttribute('aria-label', 'Held open by');
    this.#holds.append(this.#holdList);
    this.#keep.setAttribute('role', 'group');
    this.#keep.setAttribute('aria-label', 'Keep alive');
    const choices = document.createElement('div');
    choices.className = 'jp-Replica-idleChoices';
    choices.append(...KEEP.map(([label, minutes]) => this.button(label, () => actions.keepAwake(minutes))));
    this.#keep.append(choices);
    this.#keptRow.append(
      this.#kept,
      this.button('Undo', () => actions.endKeepAwake())
    );
    this.#failure.setAttribute('role', 'alert');
    this.#log = this.button('Open the log', async () => actions.openLog());
    this.#ask = this.button('Warn me outside this page too', () => actions.askForNotifications());
    const links = document.createElement('div');
    links.className = 'jp-Replica-idleLinks';
    links.append(this.#ask, this.#log);
    this.node.append(
      this.#headline,
      this.#holds,
      this.#facts,
      this.#keep,
      this.#keptRow,
      this.#costs,
      this.#failure,
      links
    );
    this.node.addEventListener('keydown', event => this.keepFocus(event));
  }

  set content({ words, costs, hasLog, canAskForNotifications }: PopupContent) {
    this.#headline.textContent = words.headline;
    replaceTexts(this.#holdList, words.holds, 'li', '');
    replaceTexts(this.#facts, words.facts, 'p', 'jp-Replica-idleFact');
    this.#kept.textContent = words.kept;
    this.#costs.textContent = costs;
    this.reveal(this.#holds, words.holds.length > 0);
    this.reveal(this.#keep, words.canKeep);
    this.reveal(this.#keptRow, words.canKeep && words.kept !== '');
    this.reveal(this.#costs, costs !== '');
    this.reveal(this.#failure, this.#failure.textContent !== '');
    this.reveal(this.#log, hasLog);
    this.reveal(this.#ask, words.canKeep && canAskForNotifications);
  }

  protected override onAfterAttach(): void {
    this.node.focus();
  }

  /** Hides without losing the keyboard's place to the page behind. */
  private reveal(element: HTMLElement, isShown: boolean): void {
    if (!isShown && element.contains(document.activeElement)) {
      this.node.focus();
    }
    element.hidden = !isShown;
  }

  private button(label: string, run: () => Promise<void>): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-mod-styled jp-mod-minimal jp-Replica-idleButton';
    button.textContent = label;
    button.addEventListener('click', () => void this.run(run));
    return button;
  }

  private async run(action: () => Promise<void>): Promise<void> {
    this.#failure.textContent = '';
    try {
      await action();
    } catch (error) {
      const { message, action: way } = errorBodyOf(error);
      this.#failure.textContent = [message, way].filter(Boolean).join(' ');
    }
    this.#failure.hidden = this.#failure.textContent === '';
  }

  /** Tab goes round inside the popup, as in every dialog. */
  private keepFocus(event: KeyboardEvent): void {
    if (event.key !== 'Tab') {
      return;
    }
    const stops = [...this.node.querySelectorAll<HTMLElement>('button')].filter(
      button => button.closest('[hidden]') === null
    );
    const [first, last] = [stops[0], stops.at(-1)];
    const { activeElement } = document;
    const leaves = event.shiftKey
      ? activeElement === first || activeElement === this.node
      : activeElement === last || stops.length === 0;
    if (leaves) {
      event.preventDefault();
      (event.shiftKey ? (last ?? this.node) : (first ?? this.node)).focus();
    }
  }
}

function part(label: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'jp-Replica-idlePart';
  if (label !== '') {
    const name = document.createElement('span');
    name.className = 'jp-Replica-idleLabel';
    name.textContent = label;
    element.append(name);
  }
  return element;
}

function paragraph(className: string): HTMLElement {
  const element = document.createElement('p');
  element.className = className;
  return element;
}

function replaceTexts(parent: HTMLElement, texts: readonly string[], tag: string, className: string): void {
  parent.replaceChildren(
    ...texts.map(text => {
      const element = document.createElement(tag);
      element.className = className;
      element.textContent = text;
      return element;
    })
  );
}
