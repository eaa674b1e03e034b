import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { flag, number } from '../../contract/parse';
import { COMMANDS } from '../commands';
import { refreshIcon } from '@jupyterlab/ui-components';
import { ICatalogModel, IProfiles, IReplicaClient } from '../tokens';
import { CatalogModel } from './model';

const ID = 'jupyterlab-replica:catalog';

export const plugin: JupyterFrontEndPlugin<ICatalogModel> = {
  id: ID,
  description: 'Schemas, relations and columns of the PostgreSQL replica.',
  autoStart: true,
  provides: ICatalogModel,
  requires: [IReplicaClient],
  optional: [IProfiles, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    client: IReplicaClient,
    profiles: IProfiles | null,
    settings: ISettingRegistry | null
  ) => {
    const model = new CatalogModel(client);
    app.commands.addCommand(COMMANDS.refreshCatalog, {
      label: 'Refresh Replica Catalog',
      caption: 'Read schemas and tables of the replica again',
      icon: refreshIcon,
      execute: () => model.refresh()
    });
    void Promise.all([app.started, profiles?.ready]).then(() => {
      const use = () => void model.use(profiles?.active?.name ?? null);
      use();
      profiles?.changed.connect(use);
    });
    let timer: number | undefined;
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        window.clearInterval(timer);
        model.setScope({
          system: flag(loaded.composite['showSystemSchemas']),
          sequences: flag(loaded.composite['showSequences'])
        });
        const minutes = number(loaded.composite['refreshMinutes']);
        timer = minutes > 0 ? window.setInterval(() => void model.refresh(), 60_000 * minutes) : undefined;
      };
      apply();
      loaded.changed.connect(apply);
    });
    return model;
  }
};
