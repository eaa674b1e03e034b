import { Clipboard } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type Field } from '../../contract/query';
import { type CellValue } from './result-model';

/** Shows one value whole, beside the grid. Hidden until a value is shown. */
export class CellViewer extends Widget {
  private readonly heading = document.createElement('span');
  private readonly body = document.createElement('pre');

  /** `closed` is called when a person closes the viewer. */
  constructor(private readonly closed: () => void) {
    super();
    this.addClass('jp-ReplicaGrid-viewer');
    this.node.setAttribute('role', 'complementary');
    this.body.tabIndex = 0;
    const head = document.createElement('div');
    head.className = 'jp-ReplicaGrid-viewerHead';
    head.append(
      this.heading,
      button('Copy', 'Copy the whole value', () => Clipboard.copyToSystem(this.body.textContent ?? '')),
      button('Close', 'Close the viewer (Escape)', () => this.close())
    );
    this.node.append(head, this.body);
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        this.close();
      }
    });
    this.hide();
  }

  view(field: Field, row: number, value: CellValue): void {
    this.heading.textContent = `${field.name} · row ${row + 1} · ${field.type}`;
    this.node.setAttribute('aria-label', `Value of ${field.name} in row ${row + 1}`);
    this.body.textContent = value ?? (value === null ? 'NULL' : 'Not loaded yet');
    this.show();
  }

  override close(): void {
    this.hide();
    this.closed();
  }
}

function button(label: string, hint: string, click: () => void): HTMLElement {
  const node = document.createElement('button');
  node.className = 'jp-Button jp-mod-minimal';
  node.textContent = label;
  node.title = hint;
  node.addEventListener('click', click);
  return node;
}
