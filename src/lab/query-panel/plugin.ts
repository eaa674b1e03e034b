import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { COMMANDS } from '../commands';
import { ICatalogModel, IProfiles, IQueryPanels, IReplicaClient } from '../tokens';
import { addPanelCommands } from './panel-commands';
import { QueryPanels } from './panels';
import { ResultTabs } from './result-tabs';
import { rowLimitOf } from './row-limits';

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
    /** Other plugins bring these commands; a disabled one leaves its buttons out. */
    const offer = (command: string) =>
      commands.hasCommand(command)
        ? (sql: string, name: string, profile: string | null) =>
            void commands.execute(command, { sql, name, profile })
        : null;
    const panels: QueryPanels = new QueryPanels(shell, {
      client,
      editors,
      catalog,
      profiles,
      openOn: state => void panels.openCopy(state),
      tabs: new ResultTabs(),
      toDataFrame: () => offer(COMMANDS.dataframeCell),
      toExport: () => offer(COMMANDS.export)
    });
    addPanelCommands(app, panels, palette, launcher);
    void restorer?.restore(panels.tracker, {
      command: COMMANDS.openPanel,
      args: panel => panel.state,
      name: panel => panel.id
    });
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        panels.defaultRowLimit = rowLimitOf(loaded.composite['rowLimit']);
      };
      apply();
      loaded.changed.connect(apply);
    });
    return panels;
  }
};
