import { Widget } from '@lumino/widgets';
import { type QueryModel } from './query-model';

/** What the server said beside the rows (RAISE NOTICE and warnings), folded. Hidden when it said nothing. */
export class Notices extends Widget {
  private readonly summary = document.createElement('summary');
  private readonly list = document.createElement('ul');

  constructor(private readonly model: QueryModel) {
    super({ node: document.createElement('details') });
    this.addClass('jp-ReplicaQuery-notices');
    this.node.append(this.summary, this.list);
    model.changed.connect(this.refresh, this);
    this.refresh();
  }

  private refresh(): void {
    const { state } = this.model;
    const notices = ('status' in state && state.status?.notices) || [];
    this.setHidden(notices.length === 0);
    if (this.list.childElementCount !== notices.length) {
      this.summary.textContent = `Messages (${notices.length})`;
      this.list.replaceChildren(...notices.map(listItem));
    }
  }
}

function listItem(text: string): HTMLElement {
  const node = document.createElement('li');
  node.textContent = text;
  return node;
}
