import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ReadonlyJSONObject } from '@lumino/coreutils';
import { COMMANDS } from '../commands';
import { ICatalogModel, IProfiles, IQueryPanels, IReplicaClient } from '../tokens';
import { addPanelCommands } from './panel-commands';
import { DEFAULT_SETTINGS, type PanelSettings, panelSettings } from './panel-settings';
import { QueryPanels } from './panels';
import { ResultTabs } from './result-tabs';
import { asSent, asWritten, type UsedStatement } from './used-statement';

const ID = 'jupyterlab-replica:query-panel';

export const plugin: JupyterFrontEndPlugin<IQueryPanels> = {
  id: ID,
  description: 'Panels with an SQL editor and a result grid.',
  autoStart: true,
  provides: IQueryPanels,
  requires: [IReplicaClient, IEditorServices],
  optional: [ICatalogModel, IProfiles, ILayoutRestorer, ICommandPalette, ILauncher, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    client: IReplicaClient,
    editors: IEditorServices,
    catalog: ICatalogModel | null,
    profiles: IProfiles | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    settings: ISettingRegistry | null
  ) => {
    const { commands, shell } = app;
    let set: PanelSettings = DEFAULT_SETTINGS;
    /** Other plugins bring these commands; a disabled one leaves its buttons out. */
    const offer = (command: string, argsOf: (used: UsedStatement) => ReadonlyJSONObject) =>
      commands.hasCommand(command)
        ? (used: UsedStatement, now = false) =>
            void commands.execute(command, { ...argsOf(used), ...(now ? { now } : {}) })
        : null;
    const panels: QueryPanels = new QueryPanels(shell, {
      client,
      editors,
      catalog,
      profiles,
      openOn: state => void panels.openCopy(state),
      tabs: new ResultTabs(),
      settings: () => set,
      toDataFrame: () =>
        offer(COMMANDS.dataframeCell, used => ({
          ...asWritten(used),
          estimatedBytes: used.estimatedBytes
        })),
      toExport: () => offer(COMMANDS.export, asSent),
      toSave: () => offer(COMMANDS.saveQuery, asWritten),
      toLibrary: () =>
        commands.hasCommand(COMMANDS.showLibrary)
          ? view => void commands.execute(COMMANDS.showLibrary, { view })
          : null
    });
    addPanelCommands(app, panels, palette, launcher);
    void restorer?.restore(panels.tracker, {
      command: COMMANDS.openPanel,
      args: panel => panel.state,
      name: panel => panel.id
    });
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        set = panelSettings(loaded.composite);
      };
      apply();
      loaded.changed.connect(apply);
    });
    return panels;
  }
};
