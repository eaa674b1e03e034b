import { type CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { COMMANDS } from '../commands';
import { type BrowserModel } from './browser-model';
import { RowActions } from './row-actions';
import { MORE, rowElement } from './row-element';
import { rowText } from './row-text';
import { showSelectedProfile } from './selected-profile';
import { TreeKeys } from './tree-keys';
import { relationOf, type TreeRow } from './tree-row';

const ROW_HEIGHT_PX = 24;
/** Rows drawn above and below those in sight. */
const OVERSCAN = 12;
/** Drawn where nothing has been laid out yet. */
const FALLBACK_HEIGHT_PX = 50 * ROW_HEIGHT_PX;

interface Drawn {
  readonly row: TreeRow;
  readonly index: number;
  readonly element: HTMLElement;
}

/** The rows of the model, of which only those in sight are in the document. */
export class TreeView extends Widget {
  readonly #content = document.createElement('div');
  readonly #drawn = new Map<string, Drawn>();
  #words: readonly string[] = [];
  readonly #keys: TreeKeys<TreeRow>;
  readonly #actions: RowActions;

  constructor(
    private readonly model: BrowserModel,
    commands: CommandRegistry
  ) {
    super();
    this.id = 'jp-replica-tree';
    this.addClass('jp-Replica-tree');
    this.node.setAttribute('role', 'tree');
    this.node.setAttribute('aria-label', 'Schemas, tables and columns');
    this.node.tabIndex = 0;
    this.#content.className = 'jp-Replica-treeContent';
    this.#content.setAttribute('role', 'none');
    this.node.append(this.#content);
    this.#actions = new RowActions(model, commands);
    this.#keys = new TreeKeys(model, {
      pageRows: () => Math.max(1, Math.floor(this.node.clientHeight / ROW_HEIGHT_PX) - 1),
      activate: row => this.#actions.activate(row),
      openMenu: () => this.openMenu(),
      details: () => model.selected && this.#actions.run(COMMANDS.showDetails, model.selected)
    });
    model.rowsChanged.connect(this.redraw, this);
    model.selectionChanged.connect(this.showSelection, this);
    this.redraw();
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case 'scroll':
        this.draw();
        return;
      case 'keydown':
        this.#keys.handle(event as KeyboardEvent);
        return;
      case 'click':
      case 'dblclick':
        this.click(event as MouseEvent);
        return;
      case 'contextmenu':
        this.selectUnder(event);
        return;
      case 'dragstart':
        this.drag(event as DragEvent);
        return;
    }
  }

  protected override onAfterAttach(): void {
    for (const type of EVENTS) {
      this.node.addEventListener(type, this);
    }
    this.draw();
  }

  protected override onBeforeDetach(): void {
    for (const type of EVENTS) {
      this.node.removeEventListener(type, this);
    }
  }

  protected override onResize(): void {
    this.draw();
  }

  protected override onAfterShow(): void {
    this.draw();
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  /** Draws anew what has changed. */
  private redraw(): void {
    if (this.model.words !== this.#words) {
      this.#words = this.model.words;
      this.#drawn.clear();
      this.#content.replaceChildren();
    }
    this.#content.style.height = `${this.model.rows.length * ROW_HEIGHT_PX}px`;
    this.draw();
  }

  /** Draws what has come into sight and drops what has left it. */
  private draw(): void {
    const { rows, selectedIndex } = this.model;
    const height = this.node.clientHeight || FALLBACK_HEIGHT_PX;
    const first = Math.max(0, Math.floor(this.node.scrollTop / ROW_HEIGHT_PX) - OVERSCAN);
    const end = Math.min(rows.length, Math.ceil((this.node.scrollTop + height) / ROW_HEIGHT_PX) + OVERSCAN);
    const wanted = new Set<string>();
    const draw = (index: number) => {
      const row = rows[index];
      if (row) {
        wanted.add(row.id);
        this.drawRow(row, index);
      }
    };
    for (let index = first; index < end; index++) {
      draw(index);
    }
    // The row that aria-activedescendant names must exist, in sight or not.
    draw(selectedIndex);
    for (const [id, { element }] of this.#drawn) {
      if (!wanted.has(id)) {
        element.remove();
        this.#drawn.delete(id);
      }
    }
    this.markSelection();
  }

  /** Keeps the element of a row that looks as before, whose picture and focused button would be lost. */
  private drawRow(row: TreeRow, index: number): void {
    const drawn = this.#drawn.get(row.id);
    if (drawn && isSameRow(drawn.row, row)) {
      if (drawn.index !== index) {
        place(drawn.element, this.id, index);
        this.#drawn.set(row.id, { ...drawn, index });
      }
      return;
    }
    const element = rowElement(row, {
      words: this.#words,
      hasCommand: command => this.#actions.has(command)
    });
    place(element, this.id, index);
    drawn?.element.remove();
    this.#drawn.set(row.id, { row, index, element });
    this.#content.append(element);
  }

  private showSelection(): void {
    const top = this.model.selectedIndex * ROW_HEIGHT_PX;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) {
      this.node.scrollTop = top;
    } else if (clientHeight > 0 && top + ROW_HEIGHT_PX > scrollTop + clientHeight) {
      this.node.scrollTop = top + ROW_HEIGHT_PX - clientHeight;
    }
    this.draw();
  }

  private markSelection(): void {
    const selected = this.model.selected?.id;
    for (const [id, { element, row }] of this.#drawn) {
      element.setAttribute('aria-selected', String(id === selected));
      if (id === selected) {
        this.node.setAttribute('aria-activedescendant', element.id);
        void showSelectedProfile(this.model, row, element);
      } else {
        element.querySelector('.jp-Replica-profilePicture')?.remove();
      }
    }
    if (selected === undefined) {
      this.node.removeAttribute('aria-activedescendant');
    }
  }

  private click(event: MouseEvent): void {
    const row = this.selectUnder(event);
    if (!row || !(event.target instanceof Element)) {
      return;
    }
    const part = event.target.closest<HTMLElement>('[data-part]')?.dataset;
    const isDouble = event.type === 'dblclick';
    switch (part?.['part']) {
      case 'action':
        if (!isDouble) {
          this.act(part['command'] ?? '', row);
        }
        return;
      case 'twisty':
        if (!isDouble) {
          this.model.toggle(row.id);
        }
        return;
      case 'reference':
        if (!isDouble) {
          this.#actions.activate(row);
        }
        return;
      case 'name':
        // A click on a name acts at once, so the second click of a double one has nothing left to do.
        if (!isDouble && event.detail < 2 && row.kind !== 'column') {
          this.#actions.activate(row);
        }
        return;
      default:
        if (isDouble) {
          this.#actions.activate(row);
        }
    }
  }

  private act(command: string, row: TreeRow): void {
    if (command === MORE) {
      this.openMenu();
    } else {
      this.#actions.run(command, row);
    }
  }

  /** Lab's context menu opens where a contextmenu event comes from, be it of mouse or keyboard. */
  private openMenu(): void {
    const row = this.model.selected;
    const element = row && this.#drawn.get(row.id)?.element;
    if (element && relationOf(row)) {
      const { left, bottom } = element.getBoundingClientRect();
      element.dispatchEvent(
        new MouseEvent('contextmenu', {
          bubbles: true,
          cancelable: true,
          clientX: left + 2 * ROW_HEIGHT_PX,
          clientY: bottom
        })
      );
    }
  }

  private selectUnder({ target }: Event): TreeRow | null {
    const id = target instanceof Element && target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (!id) {
      return null;
    }
    this.model.select(id);
    return this.model.selected;
  }

  private drag(event: DragEvent): void {
    const row = this.selectUnder(event);
    if (row && event.dataTransfer) {
      event.dataTransfer.effectAllowed = 'copy';
      const name = relationOf(row);
      const known = name ? this.model.source.columnsState(name) : undefined;
      event.dataTransfer.setData('text/plain', rowText(row, event.altKey ? 'select' : 'name', known));
    }
  }
}

function place(element: HTMLElement, treeId: string, index: number): void {
  element.id = `${treeId}-${index}`;
  element.style.top = `${index * ROW_HEIGHT_PX}px`;
}

/** What a row holds is replaced, never changed, so that equal means identical, field by field. */
function isSameRow(a: TreeRow, b: TreeRow): boolean {
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => key === 'of' || value === right.get(key));
}

const EVENTS = ['scroll', 'keydown', 'click', 'dblclick', 'contextmenu', 'dragstart'] as const;
