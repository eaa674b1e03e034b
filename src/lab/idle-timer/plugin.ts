import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { PageConfig } from '@jupyterlab/coreutils';
import { list, number } from '../../contract/parse';
import { COMMANDS } from '../commands';
import { IReplicaClient } from '../tokens';
import { BrowserTabs } from './browser-tabs';
import { parsePrices } from './costs';
import { askForDesktopNotices, canAskForDesktopNotices, showDesktopNotice } from './desktop-notice';
import { IdleModel } from './idle-model';
import { IdleStatus } from './idle-status';
import { IdleWatch } from './idle-watch';
import { readJupyterSignals } from './jupyter-signals';
import { pathInLab } from './log-path';
import { StopWarning } from './stop-warning';
import { timeOfDay } from './time-of-day';
import { UserInput } from './user-input';

const ID = 'jupyterlab-replica:idle-timer';

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
    const tabs = new BrowserTabs(window.localStorage, window);
    tabs.changed.connect(refresh);
    const { commands } = app;
    new StopWarning({
      model,
      tabs,
      showOutside: showDesktopNotice,
      saveAll: () => void commands.execute('docmanager:save-all'),
      timeOfDay: ms => timeOfDay.format(ms)
    });
    new IdleWatch(model);
    void model.refresh();
    if (statusBar) {
      const status = new IdleStatus({
        model,
        actions: {
          keepAwake: minutes => model.keepAwake(minutes).then(() => tabs.announce(now())),
          endKeepAwake: () => model.endKeepAwake().then(() => tabs.announce(now())),
          openLog: () =>
            void commands.execute('docmanager:open', { path: logInLab(model), factory: 'Editor' }),
          askForNotifications: askForDesktopNotices
        },
        canAskForNotifications: canAskForDesktopNotices,
        hasLog: () => logInLab(model) !== null
      });
      statusBar.registerStatusItem('jupyterlab-replica:idle-timer', {
        item: status,
        align: 'right',
        rank: 20
      });
      commands.addCommand(COMMANDS.showAutoStop, {
        label: 'Show What Holds This Instance Open',
        execute: () => status.togglePopup()
      });
      palette?.addItem({ command: COMMANDS.showAutoStop, category: 'Replica' });
      void settings?.load(ID).then(loaded => {
        const apply = () => {
          status.prices = parsePrices(loaded.composite);
        };
        apply();
        loaded.changed.connect(apply);
      });
    }
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        model.warnAtMinutes = list(number)(loaded.composite['warnAtMinutes']);
      };
      apply();
      loaded.changed.connect(apply);
    });
  }
};

function logInLab({ activity }: IdleModel): string | null {
  return activity?.log ? pathInLab(activity.log, PageConfig.getOption('serverRoot')) : null;
}
