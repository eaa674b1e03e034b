import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { list, number } from '../../contract/parse';
import { COMMANDS } from '../commands';
import { IReplicaClient } from '../tokens';
import { IdleModel } from './idle-model';
import { IdleStatus } from './idle-status';
import { readJupyterSignals } from './jupyter-signals';
import { UserInput } from './user-input';

const ID = 'jupyterlab-replica:idle-timer';
const REFRESH_MS = 60_000;

export const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The time until an instance that nobody uses stops itself.',
  autoStart: true,
  requires: [IReplicaClient],
  optional: [IStatusBar, ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    client: IReplicaClient,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null
  ) => {
    const now = () => Date.now();
    const { serverSettings } = app.serviceManager;
    const model = new IdleModel({ client, readJupyter: () => readJupyterSignals(serverSettings), now });
    const refresh = () => void model.refresh();
    new UserInput({
      target: document,
      now,
      isPersons: event => event.isTrusted,
      report: () => client.reportInput().then(refresh)
    });
    if (!statusBar) {
      return;
    }
    const status = new IdleStatus(model);
    statusBar.registerStatusItem('jupyterlab-replica:idle-timer', {
      item: status,
      align: 'right',
      rank: 20
    });
    app.commands.addCommand(COMMANDS.showAutoStop, {
      label: 'Show What Holds This Instance Open',
      execute: () => status.togglePopup()
    });
    palette?.addItem({ command: COMMANDS.showAutoStop, category: 'Replica' });
    refresh();
    window.setInterval(refresh, REFRESH_MS);
    // Timers sleep with a closed laptop.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        refresh();
      }
    });
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        model.warnAtMinutes = list(number)(loaded.composite['warnAtMinutes']);
      };
      apply();
      loaded.changed.connect(apply);
    });
  }
};
