import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { COMMANDS } from '../commands';
import { IQueryPanels } from '../tokens';
import { pythonNotebook, runDataFrameCell } from './notebook';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:dataframe-cell',
  description: 'Puts a statement into a notebook cell as a DataFrame.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IQueryPanels, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    panels: IQueryPanels | null,
    palette: ICommandPalette | null
  ) => {
    const { commands, serviceManager, shell } = app;
    commands.addCommand(COMMANDS.dataframeCell, {
      label: 'Replica Statement to DataFrame Cell',
      caption: 'Put the statement into a notebook cell as a pandas DataFrame with all its rows, and run it',
      describedBy: { args: { type: 'object', properties: { sql: { type: 'string' } } } },
      execute: async args => {
        const sql = typeof args['sql'] === 'string' ? args['sql'] : panels?.statement()?.sql;
        if (!sql) {
          Notification.warning('There is no statement for a DataFrame. Write one in a query panel first.');
          return;
        }
        const notebook = await pythonNotebook(notebooks, commands, serviceManager.kernelspecs);
        if (notebook) {
          shell.activateById(notebook.id);
          await runDataFrameCell(notebook, sql);
        }
      }
    });
    palette?.addItem({ command: COMMANDS.dataframeCell, category: 'Replica' });
  }
};
