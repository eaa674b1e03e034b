import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { COMMANDS } from '../commands';
import { IProfiles, IQueryPanels } from '../tokens';
import { cellDraft } from './cell-arguments';
import { addCodeCell, pythonNotebook, runDataFrameCell } from './notebook';
import { openCellInPanel } from './open-cell';

const ID = 'jupyterlab-replica:dataframe-cell';
const MEGABYTE = 1e6;
/** Until the settings say another. */
const STREAM_ABOVE_MB = 1000;

export const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Puts a statement into a notebook cell as a DataFrame, and the SQL of a cell into a panel.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IQueryPanels, IProfiles, ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    panels: IQueryPanels | null,
    profiles: IProfiles | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null
  ) => {
    const { commands, serviceManager, shell } = app;
    let streamAboveBytes = STREAM_ABOVE_MB * MEGABYTE;
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        const given = loaded.composite['streamAboveMB'];
        streamAboveBytes = (typeof given === 'number' ? given : STREAM_ABOVE_MB) * MEGABYTE;
      };
      apply();
      loaded.changed.connect(apply);
    });
    commands.addCommand(COMMANDS.dataframeCell, {
      label: args =>
        args['snapshot'] === true
          ? 'Replica Statement to DataFrame Cell with a Frozen View'
          : 'Replica Statement to DataFrame Cell',
      caption: 'Put the statement into a notebook cell as a pandas DataFrame with all its rows, and run it',
      describedBy: {
        args: {
          type: 'object',
          properties: {
            sql: { type: 'string' },
            parameters: { type: 'array' },
            profile: { type: ['string', 'null'] },
            snapshot: { type: 'boolean' },
            estimatedBytes: { type: ['number', 'null'] }
          }
        }
      },
      execute: async args => {
        const draft = cellDraft(args, {
          inPanel: () => panels?.statement() ?? null,
          firstProfile: profiles?.all[0]?.name ?? null,
          streamAboveBytes
        });
        if (!draft) {
          Notification.warning('There is no statement for a DataFrame. Write one in a query panel first.');
          return;
        }
        const notebook = await pythonNotebook(notebooks, commands, serviceManager.kernelspecs);
        if (notebook) {
          shell.activateById(notebook.id);
          await runDataFrameCell(notebook, draft);
        }
      }
    });
    commands.addCommand(COMMANDS.insertCode, {
      label: 'Insert Python Code into Notebook',
      describedBy: { args: { type: 'object', properties: { code: { type: 'string' } } } },
      execute: async ({ code }) => {
        const notebook = await pythonNotebook(notebooks, commands, serviceManager.kernelspecs);
        if (notebook && typeof code === 'string') {
          await notebook.context.ready;
          shell.activateById(notebook.id);
          addCodeCell(notebook.content, code);
        }
      }
    });
    commands.addCommand(COMMANDS.openCellInPanel, {
      label: 'Open SQL of Cell in Replica Query',
      caption: 'Edit the SQL of this cell in a query panel, with its parameters',
      describedBy: { args: { type: 'object' } },
      isEnabled: () => notebooks.currentWidget !== null,
      execute: () => openCellInPanel(notebooks, commands)
    });
    palette?.addItem({ command: COMMANDS.dataframeCell, category: 'Replica' });
    palette?.addItem({ command: COMMANDS.dataframeCell, category: 'Replica', args: { snapshot: true } });
    palette?.addItem({ command: COMMANDS.openCellInPanel, category: 'Replica' });
  }
};
