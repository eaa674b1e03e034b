import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { parseParameters } from '../../contract/query';
import { COMMANDS } from '../commands';
import { requestOf } from '../query-panel/sent-statement';
import { statementArgs } from '../statement-args';
import { IQueryPanels, IReplicaClient } from '../tokens';
import { exportStatement } from './export-statement';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:export-dialog',
  description: 'Exports a statement to Parquet on Amazon S3.',
  autoStart: true,
  requires: [IReplicaClient],
  optional: [IQueryPanels, ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    client: IReplicaClient,
    panels: IQueryPanels | null,
    palette: ICommandPalette | null
  ) => {
    commands.addCommand(COMMANDS.export, {
      label: 'Export Replica Statement to Amazon S3…',
      caption: 'Write all rows of the statement to one Parquet object',
      describedBy: {
        args: {
          type: 'object',
          properties: { sql: { type: 'string' }, name: { type: 'string' }, profile: { type: 'string' } }
        }
      },
      execute: async args => {
        const current = panels?.statement();
        const source =
          typeof args['sql'] === 'string'
            ? { ...statementArgs(args), params: parseParameters(args['params'] ?? []) }
            : current && {
                ...current,
                ...requestOf({ text: current.sql, from: 0, parameters: current.parameters })
              };
        if (!source?.sql) {
          Notification.warning('There is no statement to export. Write one in a query panel first.');
          return;
        }
        await exportStatement(client.ofProfile(source.profile), {
          sql: source.sql,
          params: source.params,
          name: source.name
        });
      }
    });
    palette?.addItem({ command: COMMANDS.export, category: 'Replica' });
  }
};
