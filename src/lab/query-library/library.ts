import { TabPanel, type Widget } from '@lumino/widgets';

/** One of the library's views. */
export interface LibraryView extends Widget {
  readonly id: string;
  /** Reads again what it shows. Never rejects. */
  refresh(): Promise<void>;
  /** Puts the keyboard into it. */
  focus(): void;
}

/** History, saved and running queries, one at a time. What is in front is read anew when it comes there. */
export class QueryLibrary extends TabPanel {
  constructor(private readonly views: readonly LibraryView[]) {
    super({ tabPlacement: 'top', tabsMovable: false });
    this.addClass('jp-ReplicaLibrary');
    this.addClass('jp-ReplicaQuery-tabs');
    this.tabBar.node.setAttribute('aria-label', 'Queries of the replica');
    views.forEach(view => this.addWidget(view));
    this.currentChanged.connect(() => void this.shown?.refresh());
  }

  /** Brings a view to the front, reads it and puts the keyboard into it. */
  bring(id: string): void {
    const view = this.views.find(known => known.id === id);
    if (view) {
      const isNew = view !== this.currentWidget;
      this.currentWidget = view;
      if (!isNew) void view.refresh();
      view.focus();
    }
  }

  protected override onAfterShow(): void {
    void this.shown?.refresh();
  }

  private get shown(): LibraryView | undefined {
    return this.views.find(view => view === this.currentWidget);
  }
}
