import { TabPanel, type Widget } from '@lumino/widgets';
import { type ResultTab, type ResultTabs, type TabContext } from './result-tabs';

interface OpenTab {
  readonly tab: ResultTab;
  readonly widget: Widget;
}

/** The tabs below the editor: the panel's own and those of other plugins. */
export class ResultPane extends TabPanel {
  private open: readonly OpenTab[] = [];

  constructor(
    private readonly own: readonly ResultTab[],
    private readonly others: ResultTabs,
    private readonly context: TabContext
  ) {
    super({ tabPlacement: 'top', tabsMovable: false });
    this.addClass('jp-ReplicaQuery-tabs');
    this.tabBar.node.setAttribute('aria-label', 'What to see of the statement');
    this.arrange();
    others.changed.connect(this.arrange, this);
  }

  /** The id of the tab in front. */
  get shown(): string {
    return this.open.find(({ widget }) => widget === this.currentWidget)?.tab.id ?? '';
  }

  /** Brings a tab to the front; one that is not there changes nothing. */
  bring(id: string): void {
    const found = this.open.find(({ tab }) => tab.id === id);
    if (found) this.currentWidget = found.widget;
  }

  private arrange(): void {
    const wanted = [...this.own, ...this.others.tabs].sort((one, other) => one.rank - other.rank);
    this.open.filter(({ tab }) => !wanted.includes(tab)).forEach(({ widget }) => widget.dispose());
    this.open = wanted.map(tab => this.open.find(known => known.tab === tab) ?? this.made(tab));
    this.open.forEach(({ widget }, index) => this.insertWidget(index, widget));
  }

  private made(tab: ResultTab): OpenTab {
    const widget = tab.create(this.context);
    widget.title.label ||= tab.label;
    return { tab, widget };
  }
}
