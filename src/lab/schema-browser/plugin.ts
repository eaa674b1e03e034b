import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { number } from '../../contract/parse';
import { COMMANDS } from '../commands';
import { addDatasetCommands } from '../dataset-browser/dataset-commands';
import { replicaIcon } from '../icons';
import { ICatalogModel, IProfiles, IQueryPanels, IReplicaClient } from '../tokens';
import { SchemaBrowser } from './browser';
import { addBrowserCommands } from './browser-commands';
import { addFindCommand } from './find-command';
import { insertText } from './insert-text';
import { Shelves } from './shelves';

const ID = 'jupyterlab-replica:schema-browser';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The sidebar with the schemas, tables and columns of the PostgreSQL replica.',
  autoStart: true,
  requires: [IReplicaClient, ICatalogModel],
  optional: [
    IProfiles,
    IQueryPanels,
    INotebookTracker,
    ICommandPalette,
    ILayoutRestorer,
    ISettingRegistry,
    IStateDB
  ],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    client: IReplicaClient,
    catalog: ICatalogModel,
    profiles: IProfiles | null,
    panels: IQueryPanels | null,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ) => {
    const shelves = new Shelves(state);
    const browser = new SchemaBrowser({ client, catalog, commands, profiles, shelves });
    browser.id = 'jupyterlab-replica-schema-browser';
    browser.title.icon = replicaIcon;
    browser.title.caption = 'Replica';
    browser.node.setAttribute('role', 'region');
    browser.node.setAttribute('aria-label', 'Replica');
    shell.add(browser, 'left', { rank: 300, type: 'Replica' });
    restorer?.add(browser, 'jupyterlab-replica-schema-browser');

    const insert = (text: string) => insertText(text, { shell, panels, notebooks });
    addDatasetCommands({ commands, shell }, browser.datasets);
    addBrowserCommands(commands, { model: browser.model, panels, insert });
    commands.addCommand(COMMANDS.showBrowser, {
      label: 'Show Replica Schema Browser',
      icon: replicaIcon,
      execute: () => shell.activateById(browser.id)
    });
    const useShelves = () => void shelves.use(profiles?.active?.name ?? null);
    void Promise.resolve(profiles?.ready).then(useShelves);
    profiles?.changed.connect(useShelves);
    addFindCommand(commands, browser.model, () => shell.activateById(browser.id));
    for (const command of [
      COMMANDS.find,
      COMMANDS.showBrowser,
      COMMANDS.refreshCatalog,
      COMMANDS.refreshDatasets
    ]) {
      palette?.addItem({ command, category: 'Replica' });
    }
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        browser.connectionRefreshSeconds = number(loaded.composite['connectionRefreshSeconds']);
        browser.connection.lagWarningMs = 1_000 * number(loaded.composite['lagWarningSeconds']);
      };
      apply();
      loaded.changed.connect(apply);
    });
  }
};
