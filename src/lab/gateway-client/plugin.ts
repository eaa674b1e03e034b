import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { number } from '../../contract/parse';
import { IReplicaClient } from '../tokens';
import { GatewayClient } from './client';

const ID = 'jupyterlab-replica:gateway';

export const plugin: JupyterFrontEndPlugin<IReplicaClient> = {
  id: ID,
  description: 'Requests to the gateway of the PostgreSQL replica.',
  autoStart: true,
  provides: IReplicaClient,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, settings: ISettingRegistry | null) => {
    const client = new GatewayClient(app.serviceManager.serverSettings);
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        client.reconnectMs = 1000 * number(loaded.composite['reconnectSeconds']);
      };
      apply();
      loaded.changed.connect(apply);
    });
    return client;
  }
};
