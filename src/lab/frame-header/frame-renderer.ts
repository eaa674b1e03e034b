import { type IRenderMime, type IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import { PanelLayout, Widget } from '@lumino/widgets';
import { type Frame, FRAME_MIME_TYPE, frameLine, parseFrame } from './frame';

/** What a person can ask for above a frame; `node` is where the frame stands on the page. */
export interface FrameActions {
  readonly openInPanel: (frame: Frame) => void;
  /** `now` skips the dialog where a destination is remembered. */
  readonly exportToS3: (frame: Frame, now: boolean) => void;
  readonly rerun: (frame: Frame, node: HTMLElement) => void;
}

/** The line that stands in the HTML for front ends that do not draw one (`db_connection.frame_header`). */
const PLAIN_LINE = /^<div class="jp-ReplicaFrame-line">[^<]*<\/div>\n?/;

/** A line with buttons above a frame, and below it what JupyterLab would have shown without that. */
export class FrameRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly options: IRenderMime.IRendererOptions,
    private readonly rendermime: IRenderMimeRegistry,
    private readonly actions: FrameActions
  ) {
    super();
    this.addClass('jp-ReplicaFrame');
    this.layout = new PanelLayout();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { [FRAME_MIME_TYPE]: told, ...others } = model.data;
    const html = others['text/html'];
    const data = typeof html === 'string' ? { ...others, 'text/html': html.replace(PLAIN_LINE, '') } : others;
    const shown = new MimeModel({ data, metadata: model.metadata, trusted: model.trusted });
    const mimeType = this.rendermime.preferredMimeType(data, model.trusted ? 'any' : 'ensure');
    const factory = mimeType === undefined ? undefined : this.rendermime.getFactory(mimeType);
    const content = mimeType && factory?.createRenderer({ ...this.options, mimeType });
    const layout = this.layout as PanelLayout;
    for (const widget of [...layout.widgets]) {
      widget.dispose();
    }
    layout.addWidget(new Widget({ node: this.header(told) }));
    if (content) {
      layout.addWidget(content);
      await content.renderModel(shown);
    }
  }

  private header(told: unknown): HTMLElement {
    const node = document.createElement('div');
    node.className = 'jp-ReplicaFrame-header';
    let frame: Frame;
    try {
      frame = parseFrame(told, 'frame');
    } catch {
      // Another version of the helper made this output: the frame is shown without a line.
      return node;
    }
    const { text, hint } = frameLine(frame);
    const line = document.createElement('span');
    line.className = 'jp-ReplicaFrame-text';
    line.textContent = text;
    line.title = hint;
    node.append(line);
    const { openInPanel, exportToS3, rerun } = this.actions;
    if (frame.sql !== null) {
      node.append(button('open in panel', 'Edit this statement in a query panel', () => openInPanel(frame)));
      // The value of a secret parameter is known in the kernel alone.
      if (!frame.parameters.some(({ secret }) => secret)) {
        node.append(
          button(
            'export to S3',
            'All rows of this statement as Parquet on Amazon S3. With Shift at once, to where you exported last',
            ({ shiftKey }) => exportToS3(frame, shiftKey)
          )
        );
      }
      node.append(button('rerun', 'Ask the replica again', () => rerun(frame, this.node)));
    }
    return node;
  }
}

function button(label: string, hint: string, click: (event: MouseEvent) => void): HTMLElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'jp-Button jp-mod-minimal jp-ReplicaFrame-button';
  node.textContent = label;
  node.title = hint;
  node.addEventListener('click', click);
  return node;
}
