/** One row: what it is called, what is known of it, and what can be done with it. */
export interface ListItem {
  readonly title: string;
  /** The whole of it, in the tooltip. */
  readonly hint: string;
  readonly facts: string;
  /** Colours the row's edge. */
  readonly state: 'done' | 'failed' | 'cancelled' | 'running' | 'kept';
  /** What Enter and a double click do. */
  readonly open: (() => void) | null;
  readonly buttons: readonly { readonly label: string; readonly hint: string; readonly run: () => void }[];
}

/** Writes items into a list. What had the keyboard keeps it, or the item that takes its place does. */
export function showItems(list: HTMLElement, items: readonly ListItem[]): void {
  const had = [...list.children].findIndex(child => child.contains(document.activeElement));
  const label = document.activeElement?.textContent;
  list.replaceChildren(...items.map(element));
  if (had >= 0) {
    const row = list.children[Math.min(had, items.length - 1)];
    const same = [...(row?.querySelectorAll('button') ?? [])].find(
      ({ textContent }) => textContent === label
    );
    (same ?? row?.querySelector('button') ?? list).focus();
  }
}

function element({ title, hint, facts, state, open, buttons }: ListItem): HTMLElement {
  const node = document.createElement('li');
  node.dataset['state'] = state;
  const name = document.createElement(open ? 'button' : 'span');
  name.className = 'jp-ReplicaLibrary-title';
  name.textContent = title;
  name.title = hint;
  if (open) name.addEventListener('click', open);
  const told = document.createElement('div');
  told.className = 'jp-ReplicaLibrary-facts';
  told.textContent = facts;
  const row = document.createElement('div');
  row.className = 'jp-ReplicaLibrary-buttons';
  row.append(
    ...buttons.map(({ label, hint: why, run }) => {
      const button = document.createElement('button');
      button.className = 'jp-Button jp-mod-minimal jp-ReplicaQuery-footerButton';
      button.textContent = label;
      button.title = why;
      button.setAttribute('aria-label', `${label}: ${title}`);
      button.addEventListener('click', run);
      return button;
    })
  );
  node.append(name, told, row);
  return node;
}
