import { GridRow, type RowScene } from './grid-row';
import { ROW_PX } from './grid-scroll';

/** The rows on show. A row keeps its element while it is there, so that scrolling a little changes little. */
export class RowLayer {
  readonly node = document.createElement('div');
  private readonly rows: GridRow[] = [];
  private first = 0;

  constructor() {
    this.node.className = 'jp-ReplicaGrid-rows';
    this.node.setAttribute('role', 'rowgroup');
  }

  /** Shows rows from `first` up to but without `end`; `top` is the pixel of all rows at the top of the view. */
  show(first: number, end: number, top: number, scene: RowScene): void {
    const wanted = Math.max(0, end - first);
    while (this.rows.length < wanted) {
      const row = new GridRow();
      this.node.append(row.node);
      this.rows.push(row);
    }
    this.rows.splice(wanted).forEach(row => row.node.remove());
    this.turn(first - this.first);
    this.first = first;
    this.rows.forEach((row, index) => row.show(first + index, (first + index) * ROW_PX - top, scene));
  }

  /** Puts elements of rows that are gone where new rows come in. */
  private turn(by: number): void {
    const { rows, node } = this;
    if (by > 0 && by < rows.length) {
      const gone = rows.splice(0, by);
      rows.push(...gone);
      node.append(...gone.map(row => row.node));
    } else if (by < 0 && -by < rows.length) {
      const gone = rows.splice(by);
      rows.unshift(...gone);
      node.prepend(...gone.map(row => row.node));
    }
  }
}
