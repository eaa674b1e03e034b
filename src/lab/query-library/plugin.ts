import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, InputDialog, Notification } from '@jupyterlab/apputils';
import { type Written } from '../../contract/history';
import { COMMANDS } from '../commands';
import { errorBodyOf } from '../gateway-client/failure';
import { queryIcon } from '../icons';
import { statementArgs } from '../statement-args';
import { IQueryPanels, IReplicaClient } from '../tokens';
import { HistoryView } from './history-view';
import { QueryLibrary } from './library';
import { RunningView } from './running-view';
import { SavedView } from './saved-view';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:query-library',
  description: 'What was run on the replica, what runs now, and statements kept under a name.',
  autoStart: true,
  requires: [IReplicaClient, IQueryPanels],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    client: IReplicaClient,
    panels: IQueryPanels,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const open = (written: Written, name?: string) =>
      void panels.open({ sql: written.sql, name, parameters: written.parameters });
    const saved = new SavedView(client, open);
    const library = new QueryLibrary([
      new HistoryView(client, open, written => void keep(written, '')),
      saved,
      new RunningView(client)
    ]);
    library.id = 'jp-replica-query-library';
    library.title.icon = queryIcon;
    library.title.caption = 'Replica: history, saved and running queries';
    shell.add(library, 'right', { rank: 700, type: 'Replica queries' });
    restorer?.add(library, library.id);

    /** Asks for a name; the same name again takes the place of what it had. */
    const keep = async (written: Written, proposed: string): Promise<void> => {
      const options = { title: 'Save the statement as', text: proposed, okLabel: 'Save' };
      const name = (await InputDialog.getText(options)).value?.trim();
      if (!name) return;
      try {
        const known = (await client.savedQueries()).find(query => query.name === name);
        await client.saveQuery({ id: known?.id ?? null, name, written });
        await saved.refresh();
        Notification.success(`Saved as “${name}”.`, { autoClose: 3_000 });
      } catch (error) {
        Notification.error(`It was not saved. ${errorBodyOf(error).message}`);
      }
    };

    commands.addCommand(COMMANDS.showLibrary, {
      label: ({ view }) =>
        view === 'saved'
          ? 'Show Saved Replica Queries'
          : view === 'running'
            ? 'Show My Running Replica Queries'
            : 'Show Replica Query History',
      describedBy: { args: { type: 'object', properties: { view: { type: 'string' } } } },
      execute: ({ view }) => {
        shell.activateById(library.id);
        library.bring(typeof view === 'string' ? view : 'history');
      }
    });
    commands.addCommand(COMMANDS.saveQuery, {
      label: 'Save Replica Statement…',
      describedBy: { args: { type: 'object', properties: { sql: { type: 'string' } } } },
      execute: async args => {
        const statement = typeof args['sql'] === 'string' ? statementArgs(args) : panels.statement();
        if (!statement) {
          Notification.warning('There is no statement to save. Write one in a query panel first.');
          return;
        }
        const { sql, parameters, name } = statement;
        const proposed = /^Query \d+$/.test(name) ? '' : name;
        await keep(
          { sql, parameters: parameters.map(one => (one.secret ? { ...one, value: null } : one)) },
          proposed
        );
      }
    });
    for (const view of ['history', 'saved', 'running']) {
      palette?.addItem({ command: COMMANDS.showLibrary, category: 'Replica', args: { view } });
    }
    palette?.addItem({ command: COMMANDS.saveQuery, category: 'Replica' });
  }
};
