/** A tree as the keyboard moves in it. */
export interface KeyedTree<Row extends { readonly id: string }> {
  readonly selectedIndex: number;
  readonly selected: Row | null;
  selectIndex(index: number): void;
  selectByLetters(letters: string): void;
  toggle(id: string): void;
  /** Opens a closed row, and enters an open one. */
  openOrEnter(): void;
  /** Closes an open row, and leaves a closed one for its parent. */
  closeOrLeave(): void;
  openSiblings(): void;
}

interface Actions<Row> {
  readonly pageRows: () => number;
  readonly activate: (row: Row) => void;
  readonly openMenu: () => void;
  readonly details: () => void;
}

/** Letters typed within this time make one name. */
const TYPE_AHEAD_MS = 700;

/**
 * The keys of a tree, as the ARIA practices list them.
 * https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction
 */
export class TreeKeys<Row extends { readonly id: string }> {
  #letters = '';
  #lastLetterAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly model: KeyedTree<Row>,
    private readonly actions: Actions<Row>
  ) {}

  handle(event: KeyboardEvent): void {
    if (event.altKey && event.key === 'Enter') {
      this.actions.details();
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (this.act(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private act(event: KeyboardEvent): boolean {
    const { model, actions } = this;
    switch (event.key) {
      case 'ArrowDown':
        model.selectIndex(model.selectedIndex + 1);
        return true;
      case 'ArrowUp':
        model.selectIndex(model.selectedIndex - 1);
        return true;
      case 'PageDown':
        model.selectIndex(model.selectedIndex + actions.pageRows());
        return true;
      case 'PageUp':
        model.selectIndex(model.selectedIndex - actions.pageRows());
        return true;
      case 'Home':
        model.selectIndex(0);
        return true;
      case 'End':
        model.selectIndex(Number.MAX_SAFE_INTEGER);
        return true;
      case 'ArrowRight':
        model.openOrEnter();
        return true;
      case 'ArrowLeft':
        model.closeOrLeave();
        return true;
      case 'Enter':
        return this.activate();
      case ' ':
        return this.toggle();
      case '*':
        model.openSiblings();
        return true;
      case 'ContextMenu':
        actions.openMenu();
        return true;
      case 'F10':
        if (event.shiftKey) {
          actions.openMenu();
        }
        return event.shiftKey;
      default:
        return this.typeAhead(event);
    }
  }

  private activate(): boolean {
    const { selected } = this.model;
    if (selected) {
      this.actions.activate(selected);
    }
    return selected !== null;
  }

  private toggle(): boolean {
    const { selected } = this.model;
    if (selected) {
      this.model.toggle(selected.id);
    }
    return selected !== null;
  }

  private typeAhead({ key, timeStamp }: KeyboardEvent): boolean {
    // "/" goes on to the search box.
    if ([...key].length !== 1 || key === '/') {
      return false;
    }
    this.#letters = timeStamp - this.#lastLetterAt < TYPE_AHEAD_MS ? this.#letters + key : key;
    this.#lastLetterAt = timeStamp;
    this.model.selectByLetters(this.#letters);
    return true;
  }
}
