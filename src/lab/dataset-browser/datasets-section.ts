import { caretDownIcon, caretRightIcon, refreshIcon } from '@jupyterlab/ui-components';
import { type CommandRegistry } from '@lumino/commands';
import { PanelLayout, Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { element } from '../relation-details/element';
import { DatasetTree } from './dataset-tree';
import { type DatasetsModel } from './datasets-model';

/** The DATASETS section of the sidebar. Looks through the bucket when it is first in sight, and when it is told to. */
export class DatasetsSection extends Widget {
  readonly #toggle = element('button', 'jp-Replica-sectionToggle');
  readonly #caret = element('span');
  readonly #notice = new Widget();
  readonly #tree: DatasetTree;
  #about: unknown = undefined;
  #isOpen = true;

  constructor(
    private readonly model: DatasetsModel,
    commands: CommandRegistry
  ) {
    super();
    this.addClass('jp-Replica-datasets');
    this.#tree = new DatasetTree(model, commands);
    this.#notice.addClass('jp-Replica-datasetsNotice');
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(new Widget({ node: this.header() }));
    layout.addWidget(this.#notice);
    layout.addWidget(this.#tree);
    model.changed.connect(this.showState, this);
    this.showState();
  }

  /** Reads what was never read, if it is in sight. */
  look(): void {
    if (this.#isOpen && this.isVisible && this.model.state.kind === 'unread') {
      void this.model.refresh();
    }
  }

  protected override onAfterShow(): void {
    this.look();
  }

  private header(): HTMLElement {
    this.#toggle.type = 'button';
    this.#toggle.append(this.#caret, 'Datasets');
    this.#toggle.addEventListener('click', () => {
      this.#isOpen = !this.#isOpen;
      this.showState();
      this.look();
    });
    const refresh = element('button', 'jp-Replica-iconButton');
    refresh.type = 'button';
    refresh.title = 'Look through the data bucket again';
    refresh.setAttribute('aria-label', 'Refresh datasets');
    refreshIcon.element({ container: refresh, tag: 'span' });
    refresh.addEventListener('click', () => void this.model.refresh());
    return element('div', 'jp-Replica-sectionHeader', this.#toggle, refresh);
  }

  private showState(): void {
    const { state, rows } = this.model;
    this.#toggle.setAttribute('aria-expanded', String(this.#isOpen));
    this.#caret.replaceChildren();
    (this.#isOpen ? caretDownIcon : caretRightIcon).element({ container: this.#caret, tag: 'span' });
    this.node.setAttribute('aria-busy', String(state.kind === 'loading'));
    this.#tree.setHidden(!this.#isOpen || rows.length === 0);
    const message = this.message();
    // Drawn again, a message would be read aloud again and lose the focus of its buttons.
    if (message.about !== this.#about) {
      this.#about = message.about;
      this.#notice.node.replaceChildren(...message.draw());
    }
    this.#notice.setHidden(!this.#isOpen || message.about === null);
  }

  private message(): { readonly about: unknown; readonly draw: () => readonly HTMLElement[] } {
    const { state, rows } = this.model;
    const says = (words: string) => ({ about: words, draw: () => [sentence(words)] });
    switch (state.kind) {
      case 'unread':
      case 'loading':
        return rows.length > 0 ? NOTHING : says('Looking through the data bucket…');
      case 'no-bucket':
        return says(
          'No data bucket is set. With JUPYTERLAB_REPLICA_DATA_BUCKET in the environment of the Jupyter server its datasets are shown here.'
        );
      case 'failed': {
        const again = { label: 'Try again', run: () => void this.model.refresh() };
        return { about: state.error, draw: () => [errorNotice(state.error, [again])] };
      }
      case 'ready':
        return rows.length > 0
          ? NOTHING
          : says(
              `Nothing in s3://${state.bucket} yet. Export a query with “→ S3” to make the first dataset.`
            );
    }
  }
}

const NOTHING = { about: null, draw: () => [] };

function sentence(words: string): HTMLElement {
  const made = element('div', 'jp-Replica-nothing', element('p', '', words));
  made.setAttribute('role', 'status');
  return made;
}
