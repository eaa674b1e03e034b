import { SplitPanel, type Widget } from '@lumino/widgets';

/** Editor above result. A person moves the edge between them. */
export class EditorSplit extends SplitPanel {
  private isPlaced = false;

  /** `shares` are the parts of the height that the two begin with. */
  constructor(
    editor: Widget,
    result: Widget,
    private readonly shares: readonly [number, number]
  ) {
    super({ orientation: 'vertical', spacing: 4 });
    this.addClass('jp-ReplicaQuery-split');
    this.addWidget(editor);
    this.addWidget(result);
    SplitPanel.setStretch(editor, 0);
    SplitPanel.setStretch(result, 1);
  }

  /** A panel gets its full height some layouts after its first; shares of less would not last. */
  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    if (!this.isPlaced && message.height > 0) {
      this.isPlaced = true;
      requestAnimationFrame(() => this.isDisposed || this.setRelativeSizes([...this.shares]));
    }
  }
}
