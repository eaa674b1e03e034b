import { MainAreaWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { tableIcon } from '../icons';
import { element } from '../relation-details/element';
import { type IStorageClient } from '../tokens';
import { previewTable } from './preview-table';
import { type Place } from './row-place';

const PREVIEW_ROWS = 200;

/** A tab with the first rows of a version or file, read by the gateway. */
export function previewWidget(storage: IStorageClient, found: Place): MainAreaWidget {
  const widget = new MainAreaWidget({ content: new PreviewView(storage, found) });
  const parts = found.uri.split('/').filter(Boolean);
  widget.id = `replica-preview-${found.uri}-${found.version ?? ''}`;
  widget.toolbar.hide();
  // Of a version the name of its dataset.
  widget.title.label = parts.filter(part => !part.startsWith('v=')).at(-1) ?? '';
  widget.title.caption = `First rows of ${found.uri}`;
  widget.title.icon = tableIcon;
  widget.title.closable = true;
  return widget;
}

class PreviewView extends Widget {
  private readonly reading = new AbortController();

  constructor(
    private readonly storage: IStorageClient,
    private readonly found: Place
  ) {
    super();
    this.addClass('jp-ReplicaPreview');
    this.node.tabIndex = -1;
    void this.read();
  }

  override dispose(): void {
    this.reading.abort();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    (this.node.querySelector<HTMLElement>('[tabindex="0"]') ?? this.node).focus();
  }

  private async read(): Promise<void> {
    const { place, version } = this.found;
    this.present(status(`Reading the first rows of ${this.found.uri}…`));
    try {
      const rows = await this.storage.preview(place, version, PREVIEW_ROWS, this.reading.signal);
      this.present(...previewTable(this.found, rows, rows.numRows === PREVIEW_ROWS));
    } catch (error) {
      if (!this.isDisposed) {
        this.present(errorNotice(errorBodyOf(error), [{ label: 'Try again', run: () => void this.read() }]));
      }
    }
  }

  private present(...nodes: readonly HTMLElement[]): void {
    this.node.replaceChildren(...nodes);
  }
}

function status(words: string): HTMLElement {
  const made = element('p', 'jp-ReplicaPreview-line', words);
  made.setAttribute('role', 'status');
  return made;
}
