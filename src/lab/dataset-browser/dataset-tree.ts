import { type CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { COMMANDS } from '../commands';
import { type KeyedTree, TreeKeys } from '../schema-browser/tree-keys';
import { type DatasetRow } from './dataset-row';
import { datasetRowElement, MORE } from './dataset-row-element';
import { type DatasetsModel } from './datasets-model';

const PAGE_ROWS = 8;
const EVENTS = ['keydown', 'click', 'dblclick', 'contextmenu'] as const;

/** The rows of the model. What can be done with one are commands on the selected row. */
export class DatasetTree extends Widget {
  readonly #keys: TreeKeys<DatasetRow>;
  #drawn: readonly DatasetRow[] = [];

  constructor(
    private readonly model: DatasetsModel,
    private readonly commands: CommandRegistry
  ) {
    super();
    this.id = 'jp-replica-datasets';
    this.addClass('jp-Replica-datasetTree');
    this.node.setAttribute('role', 'tree');
    this.node.setAttribute('aria-label', 'Datasets and their versions');
    this.node.tabIndex = 0;
    const tree: KeyedTree<DatasetRow> = model;
    this.#keys = new TreeKeys(tree, {
      pageRows: () => PAGE_ROWS,
      activate: () => this.run(COMMANDS.datasetPreview),
      openMenu: () => this.openMenu(),
      details: () => this.run(COMMANDS.datasetManifest)
    });
    model.changed.connect(this.draw, this);
    this.draw();
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case 'keydown':
        this.key(event as KeyboardEvent);
        return;
      case 'contextmenu':
        this.selectUnder(event);
        return;
      case 'click':
      case 'dblclick':
        this.click(event as MouseEvent);
        return;
    }
  }

  protected override onAfterAttach(): void {
    EVENTS.forEach(type => this.node.addEventListener(type, this));
  }

  protected override onBeforeDetach(): void {
    EVENTS.forEach(type => this.node.removeEventListener(type, this));
  }

  private draw(): void {
    const { rows, selected } = this.model;
    this.setHidden(rows.length === 0);
    if (rows !== this.#drawn) {
      this.#drawn = rows;
      const { scrollTop } = this.node;
      this.node.replaceChildren(...rows.map(datasetRowElement));
      this.node.scrollTop = scrollTop;
    }
    this.node.removeAttribute('aria-activedescendant');
    for (const [index, element] of [...this.node.children].entries()) {
      const isSelected = rows[index] === selected;
      element.id = `${this.id}-${index}`;
      element.setAttribute('aria-selected', String(isSelected));
      if (isSelected) {
        this.node.setAttribute('aria-activedescendant', element.id);
        element.scrollIntoView({ block: 'nearest' });
      }
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Delete' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      this.run(COMMANDS.datasetDelete);
      return;
    }
    this.#keys.handle(event);
  }

  private click(event: MouseEvent): void {
    const row = this.selectUnder(event);
    const isDouble = event.type === 'dblclick';
    if (!row || !(event.target instanceof Element)) {
      return;
    }
    const part = event.target.closest<HTMLElement>('[data-part]')?.dataset;
    switch (part?.['part']) {
      case 'action':
        if (!isDouble && part['command'] === MORE) this.openMenu();
        else if (!isDouble) this.run(part['command'] ?? '');
        return;
      case 'twisty':
        if (!isDouble) this.model.toggle(row.id);
        return;
      case 'name':
        // A click on a name acts at once, so the second click of a double one has nothing left to do.
        if (!isDouble && event.detail < 2) this.run(COMMANDS.datasetPreview);
        return;
      default:
        if (isDouble) this.run(COMMANDS.datasetPreview);
    }
  }

  private run(command: string): void {
    if (this.commands.hasCommand(command) && this.commands.isEnabled(command)) {
      void this.commands.execute(command);
    } else if (this.model.selected && command === COMMANDS.datasetPreview) {
      this.model.toggle(this.model.selected.id);
    }
  }

  /** Lab's context menu opens where a contextmenu event comes from, be it of mouse or keyboard. */
  private openMenu(): void {
    const element = this.node.querySelector('[aria-selected="true"]');
    if (element && this.model.selected?.kind !== 'note') {
      const { left, bottom } = element.getBoundingClientRect();
      const at = { clientX: left + 48, clientY: bottom };
      element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
    }
  }

  private selectUnder({ target }: Event): DatasetRow | null {
    const id = target instanceof Element && target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (!id) {
      return null;
    }
    this.model.select(id);
    return this.model.selected;
  }
}
