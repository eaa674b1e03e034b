/** An element with a class and what is in it; text is text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...content: readonly (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content.filter(part => part !== null));
  return made;
}

export function button(label: string, run: () => void, className = 'jp-Replica-detailsButton'): HTMLElement {
  const made = element('button', className, label);
  made.type = 'button';
  made.addEventListener('click', run);
  return made;
}

/** A section with its heading; null where there is nothing to tell. */
export function section(title: string, ...content: readonly (Node | null)[]): HTMLElement | null {
  const parts = content.filter(part => part !== null);
  return parts.length === 0
    ? null
    : element('section', 'jp-Replica-detailsSection', element('h3', '', title), ...parts);
}

/** A table of a head and rows; null without rows. */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly (Node | string | null)[])[]
): HTMLElement | null {
  if (rows.length === 0) {
    return null;
  }
  const made = element('table', 'jp-Replica-detailsTable');
  made.setAttribute('aria-label', label);
  const heads = head.map(text => {
    const cell = element('th', '', text);
    cell.scope = 'col';
    return cell;
  });
  const body = rows.map(cells => element('tr', '', ...cells.map(cell => element('td', '', cell))));
  made.append(element('thead', '', element('tr', '', ...heads)), element('tbody', '', ...body));
  return made;
}
