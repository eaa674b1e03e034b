/** The elements of a grid that stay: what scrolls, with its header always in sight, above a line of status. */
export function gridFrame(
  scroller: HTMLElement,
  parts: {
    readonly header: HTMLElement;
    readonly rows: HTMLElement;
    /** As large as all rows would be. */
    readonly sizer: HTMLElement;
    readonly status: HTMLElement;
  }
): HTMLElement {
  scroller.className = 'jp-ReplicaGrid-scroller';
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'grid');
  scroller.setAttribute('aria-label', 'Result');
  scroller.setAttribute('aria-multiselectable', 'true');
  scroller.setAttribute('aria-readonly', 'true');
  const head = document.createElement('div');
  head.className = 'jp-ReplicaGrid-head';
  head.setAttribute('role', 'rowgroup');
  head.append(parts.header);
  scroller.append(head, parts.rows, parts.sizer);
  const main = document.createElement('div');
  main.className = 'jp-ReplicaGrid-main';
  main.append(scroller, parts.status);
  return main;
}
