import { Widget } from '@lumino/widgets';
import { type IdleWords } from './idle-words';

/** What counts down and what holds the instance open. */
export class IdlePopup extends Widget {
  constructor() {
    super();
    this.addClass('jp-Replica-idlePopup');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-label', 'Auto-stop');
    this.node.tabIndex = -1;
  }

  set words({ headline, holds, facts }: IdleWords) {
    const parts = [paragraph('jp-Replica-idleHeadline', headline)];
    if (holds.length > 0) {
      const list = document.createElement('ul');
      list.setAttribute('aria-label', 'Held open by');
      list.append(...holds.map(item));
      parts.push(paragraph('', 'Held open by'), list);
    }
    this.node.replaceChildren(...parts, ...facts.map(fact => paragraph('jp-Replica-idleFact', fact)));
  }

  protected override onAfterAttach(): void {
    this.node.focus();
  }
}

function paragraph(className: string, text: string): HTMLElement {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

function item(text: string): HTMLElement {
  const element = document.createElement('li');
  element.textContent = text;
  return element;
}
