import { type CommandRegistry } from '@lumino/commands';
import { PanelLayout, Widget } from '@lumino/widgets';
import { COMMANDS } from '../commands';
import { DatasetsModel } from '../dataset-browser/datasets-model';
import { DatasetsSection } from '../dataset-browser/datasets-section';
import { type IReplicaClient, type ICatalogModel, type IProfiles } from '../tokens';
import { copyReadCode } from '../read-code/read-code-menu';
import { BrowserModel } from './browser-model';
import { CatalogNotice } from './catalog-notice';
import { ConnectionLine } from './connection-line';
import { ConnectionModel } from './connection-model';
import { ExportList } from './export-list';
import { ExportsModel } from './exports-model';
import { SearchBox } from './search-box';
import { type Shelves } from './shelves';
import { TreeView } from './tree-view';

interface Options {
  readonly client: IReplicaClient;
  readonly catalog: ICatalogModel;
  readonly commands: CommandRegistry;
  /** Null where there is no choice. */
  readonly profiles?: IProfiles | null;
  /** Favourites and recent tables; without it they last as long as the widget. */
  readonly shelves?: Shelves;
}

/** The sidebar: connection, search, tree of the catalog, datasets, exports. */
export class SchemaBrowser extends Widget {
  readonly model: BrowserModel;
  readonly connection: ConnectionModel;
  readonly exports: ExportsModel;
  readonly datasets: DatasetsModel;
  readonly #search: SearchBox;
  readonly #tree: TreeView;
  readonly #section: DatasetsSection;
  #timer: number | undefined;
  #refreshMs = 30_000;

  constructor({ client, catalog, commands, profiles = null, shelves }: Options) {
    super();
    this.addClass('jp-Replica-browser');
    this.model = new BrowserModel(catalog, shelves);
    this.connection = new ConnectionModel(client);
    this.exports = new ExportsModel(client);
    this.datasets = new DatasetsModel(client.storage);
    this.#section = new DatasetsSection(this.datasets, commands);
    const refresh = () => void this.refresh();
    this.#tree = new TreeView(this.model, commands);
    this.#search = new SearchBox(this.model, () => this.#tree.activate());
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(new ConnectionLine(this.connection, profiles, refresh));
    layout.addWidget(this.#search);
    layout.addWidget(new CatalogNotice(this.model, refresh));
    layout.addWidget(this.#tree);
    layout.addWidget(this.#section);
    const storage = client.storage;
    layout.addWidget(
      new ExportList(this.exports, {
        code: (status, x, y) => void copyReadCode(storage, status, x, y),
        manifest: ({ bucket, key, version }) =>
          void commands.execute(COMMANDS.openManifest, { bucket, prefix: key, version })
      })
    );
    // What was written is there to be seen.
    this.exports.written.connect(() => {
      if (this.datasets.state.kind !== 'unread') void this.datasets.refresh();
    });
    this.node.addEventListener('keydown', event => this.key(event));
    catalog.changed.connect(this.showBusy, this);
    profiles?.changed.connect(() => void this.connection.use(profiles.active?.name ?? null));
  }

  /** Seconds between looks at the connection while the sidebar is in sight; 0 looks only when asked. */
  set connectionRefreshSeconds(seconds: number) {
    this.#refreshMs = 1_000 * seconds;
    if (this.isVisible) {
      this.watch();
    }
  }

  async refresh(): Promise<void> {
    await Promise.all([
      this.model.source.refresh(),
      this.connection.refresh(),
      this.exports.refresh(),
      this.datasets.refresh()
    ]);
  }

  override dispose(): void {
    window.clearInterval(this.#timer);
    this.model.dispose();
    this.exports.dispose();
    this.datasets.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.#tree.activate();
  }

  protected override onAfterShow(): void {
    this.watch();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) {
      this.watch();
    }
  }

  protected override onAfterHide(): void {
    window.clearInterval(this.#timer);
  }

  private watch(): void {
    const look = () => {
      void this.connection.refresh();
      void this.exports.refresh();
    };
    this.#section.look();
    window.clearInterval(this.#timer);
    look();
    if (this.#refreshMs > 0) {
      this.#timer = window.setInterval(() => {
        if (document.visibilityState === 'visible') {
          look();
        }
      }, this.#refreshMs);
    }
  }

  private showBusy(): void {
    this.node.setAttribute('aria-busy', String(this.model.source.state.kind === 'loading'));
  }

  private key(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === 'F5' && !event.ctrlKey && !event.shiftKey) {
      void this.refresh();
    } else if (event.key === '/' && !isTyping) {
      this.#search.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
