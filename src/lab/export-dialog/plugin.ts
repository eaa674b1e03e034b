import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { count, list, number, optional } from '../../contract/parse';
import { parseParameters } from '../../contract/query';
import { COMMANDS } from '../commands';
import { requestOf } from '../query-panel/sent-statement';
import { statementArgs } from '../statement-args';
import { IQueryPanels, IReplicaClient } from '../tokens';
import { ExportNotices } from './export-notices';
import { exportStatement } from './export-statement';
import { RememberedTargets } from './remembered-targets';
import { SPARK_PROPOSAL } from './spark-field';

const ID = 'jupyterlab-replica:export-dialog';
const parsePositions = optional(list(count), []);

export const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Exports a statement to Amazon S3.',
  autoStart: true,
  requires: [IReplicaClient],
  optional: [IQueryPanels, ICommandPalette, IStateDB, ISettingRegistry],
  activate: (
    { commands, restored }: JupyterFrontEnd,
    client: IReplicaClient,
    panels: IQueryPanels | null,
    palette: ICommandPalette | null,
    state: IStateDB | null,
    settings: ISettingRegistry | null
  ) => {
    let spark = SPARK_PROPOSAL;
    void settings?.load(ID).then(loaded => {
      const apply = () => {
        const told = (name: string) => number(loaded.composite[name]);
        spark = {
          aboveBytes: told('sparkAboveGigabytes') * 1e9,
          aboveMs: told('sparkAboveMinutes') * 60_000,
          instances: told('sparkInstances')
        };
      };
      apply();
      loaded.changed.connect(apply);
    });
    const remembered = new RememberedTargets(state);
    const notices = new ExportNotices(client, ({ bucket, key, version }) => {
      if (commands.hasCommand(COMMANDS.openManifest)) {
        void commands.execute(COMMANDS.openManifest, { bucket, prefix: key, version });
      }
    });
    void restored.then(() => notices.resume());
    commands.addCommand(COMMANDS.export, {
      label: ({ now }) =>
        now === true
          ? 'Export Replica Statement to Amazon S3, Where I Exported Last'
          : 'Export Replica Statement to Amazon S3…',
      caption: 'Write all rows of the statement to Amazon S3',
      describedBy: {
        args: {
          type: 'object',
          properties: {
            sql: { type: 'string' },
            name: { type: 'string' },
            profile: { type: ['string', 'null'] },
            now: { type: 'boolean' }
          }
        }
      },
      execute: async args => {
        const current = panels?.statement();
        const source =
          typeof args['sql'] === 'string'
            ? {
                ...statementArgs(args),
                params: parseParameters(args['params'] ?? []),
                secretParams: parsePositions(args['secretParams'])
              }
            : current && {
                ...current,
                ...requestOf({ text: current.sql, from: 0, parameters: current.parameters })
              };
        if (!source?.sql) {
          Notification.warning('There is no statement to export. Write one in a query panel first.');
          return;
        }
        const { sql, params, secretParams, name, profile } = source;
        const of = { sql, params, secretParams, name };
        await exportStatement(client.ofProfile(profile), of, remembered, args['now'] === true, spark);
      }
    });
    palette?.addItem({ command: COMMANDS.export, category: 'Replica' });
    palette?.addItem({ command: COMMANDS.export, category: 'Replica', args: { now: true } });
  }
};
