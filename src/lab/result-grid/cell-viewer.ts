import { Clipboard } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type Field } from '../../contract/query';
import { errorBodyOf } from '../gateway-client/failure';
import { type CellValue } from './cell-rows';
import { valueView } from './value-view';

/** A cell to be shown whole. `whole` reads it, however long. */
export interface ViewedCell {
  readonly field: Field;
  readonly row: number;
  /** Null for NULL; undefined for a value that has not arrived or is only the beginning. */
  readonly value: CellValue;
  whole(signal: AbortSignal): Promise<string | null>;
}

/** Shows one value whole, beside the grid. Hidden until a value is shown. */
export class CellViewer extends Widget {
  private readonly heading = document.createElement('span');
  private readonly body = document.createElement('div');
  private value: string | null = null;
  private reading = new AbortController();

  /** `closed` is called when a person closes the viewer. */
  constructor(private readonly closed: () => void) {
    super();
    this.addClass('jp-ReplicaGrid-viewer');
    this.node.setAttribute('role', 'complementary');
    this.body.className = 'jp-ReplicaGrid-viewerBody';
    const head = document.createElement('div');
    head.className = 'jp-ReplicaGrid-viewerHead';
    head.append(
      this.heading,
      button('Copy', 'Copy the whole value', () => Clipboard.copyToSystem(this.value ?? '')),
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

  view({ field, row, value, whole }: ViewedCell): void {
    this.reading.abort();
    this.reading = new AbortController();
    this.heading.textContent = `${field.name} · row ${row + 1} · ${field.type}`;
    this.node.setAttribute('aria-label', `Value of ${field.name} in row ${row + 1}`);
    this.show();
    if (value !== undefined) {
      this.put(field, value);
      return;
    }
    const { signal } = this.reading;
    this.body.replaceChildren(sentence('Reading the value…'));
    whole(signal).then(
      read => signal.aborted || this.put(field, read),
      (error: unknown) => signal.aborted || this.body.replaceChildren(sentence(errorBodyOf(error).message))
    );
  }

  override close(): void {
    this.reading.abort();
    this.hide();
    this.body.replaceChildren();
    this.closed();
  }

  private put(field: Field, value: string | null): void {
    this.value = value;
    const content = value === null ? sentence('NULL') : value === '' ? sentence('An empty text') : null;
    this.body.replaceChildren(content ?? valueView(field.type, value!));
  }
}

function sentence(text: string): HTMLElement {
  const node = document.createElement('p');
  node.className = 'jp-ReplicaGrid-viewerSentence';
  node.textContent = text;
  return node;
}

function button(label: string, hint: string, click: () => void): HTMLElement {
  const node = document.createElement('button');
  node.className = 'jp-Button jp-mod-minimal';
  node.textContent = label;
  node.title = hint;
  node.addEventListener('click', click);
  return node;
}
