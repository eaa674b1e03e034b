import { type JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, InputDialog } from '@jupyterlab/apputils';
import { type ILauncher } from '@jupyterlab/launcher';
import { COMMANDS } from '../commands';
import { queryIcon } from '../icons';
import { parsePanelState } from './panel-state';
import { type QueryPanels } from './panels';

const PALETTE_CATEGORY = 'Replica';
const LAUNCHER_CATEGORY = 'Database';

/** The commands of query panels, and where a person finds them. */
export function addPanelCommands(
  { commands }: Pick<JupyterFrontEnd, 'commands'>,
  panels: QueryPanels,
  palette: ICommandPalette | null,
  launcher: ILauncher | null
): void {
  commands.addCommand(COMMANDS.openPanel, {
    label: args => (args['isPalette'] ? 'New Replica Query' : 'Replica Query'),
    caption: 'Query the PostgreSQL replica',
    icon: args => (args['isPalette'] ? undefined : queryIcon),
    describedBy: { args: { type: 'object' } },
    execute: args => panels.openWith(parsePanelState(args))
  });
  const inPanel = { isEnabled: () => panels.current !== null, describedBy: { args: { type: 'object' } } };
  commands.addCommand(COMMANDS.run, {
    ...inPanel,
    label: 'Run Replica Statement',
    execute: () => void panels.current?.run()
  });
  commands.addCommand(COMMANDS.runAll, {
    ...inPanel,
    label: 'Run All Replica Statements',
    execute: () => void panels.current?.runAll()
  });
  commands.addCommand(COMMANDS.format, {
    ...inPanel,
    label: 'Format Replica SQL',
    execute: () => void panels.current?.format()
  });
  commands.addCommand(COMMANDS.stop, {
    ...inPanel,
    label: 'Stop Replica Statement',
    describedBy: { args: { type: 'object', properties: { isKey: { type: 'boolean' } } } },
    isEnabled: () => panels.current?.isRunning ?? false,
    execute: ({ isKey }) => {
      const panel = panels.current;
      // Lab hands a shortcut's key to nobody else, so what it would have closed is closed here.
      if (panel && !(isKey === true && panel.closePopup())) {
        void panel.stop();
      }
    }
  });
  commands.addCommand(COMMANDS.explain, {
    ...inPanel,
    label: ({ analyze }) =>
      analyze === true ? 'Explain and Analyze Replica Statement' : 'Explain Replica Statement',
    describedBy: { args: { type: 'object', properties: { analyze: { type: 'boolean' } } } },
    execute: ({ analyze }) => void panels.current?.runs.plan(analyze === true)
  });
  commands.addCommand(COMMANDS.nextPart, {
    ...inPanel,
    label: 'Move Between Editor, Result and Footer',
    describedBy: { args: { type: 'object', properties: { back: { type: 'boolean' } } } },
    execute: ({ back }) => panels.current?.cycleFocus(back === true)
  });
  commands.addCommand(COMMANDS.renamePanel, {
    label: 'Rename Replica Query…',
    describedBy: { args: { type: 'object' } },
    isEnabled: () => panels.tracker.currentWidget !== null,
    execute: async () => {
      const panel = panels.tracker.currentWidget;
      const options = { title: 'Rename the query', text: panel?.name ?? '', okLabel: 'Rename' };
      const { value } = await InputDialog.getText(options);
      if (value?.trim()) panel?.rename(value.trim());
    }
  });
  panels.tracker.currentChanged.connect(() => commands.notifyCommandChanged());

  palette?.addItem({ command: COMMANDS.openPanel, category: PALETTE_CATEGORY, args: { isPalette: true } });
  for (const command of [
    COMMANDS.run,
    COMMANDS.runAll,
    COMMANDS.stop,
    COMMANDS.format,
    COMMANDS.explain,
    COMMANDS.renamePanel
  ]) {
    palette?.addItem({ command, category: PALETTE_CATEGORY });
  }
  palette?.addItem({ command: COMMANDS.explain, category: PALETTE_CATEGORY, args: { analyze: true } });
  launcher?.add({ command: COMMANDS.openPanel, category: LAUNCHER_CATEGORY, rank: 1 });
}
