import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { bindNames } from '../../sql/parameters';
import { COMMANDS } from '../commands';
import { type Frame, FRAME_MIME_TYPE } from './frame';
import { FrameRenderer } from './frame-renderer';
import { rerun } from './rerun';

/** Before text/html, which has rank 50 and stands beside it. */
const RANK = 40;

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:frame-header',
  description: 'A line with rows, time and buttons above DataFrames that came from the replica.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate: (
    { commands }: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    notebooks: INotebookTracker | null
  ) => {
    const actions = {
      openInPanel: ({ sql, parameters, profile }: Frame) =>
        void commands.execute(COMMANDS.openPanel, {
          sql,
          parameters: parameters.map(({ name, value, secret }) => ({
            name,
            text: value,
            isNull: value === null && !secret,
            secret
          })),
          ...(profile === null ? {} : { profile })
        }),
      exportToS3: (frame: Frame, now: boolean) =>
        void commands.execute(COMMANDS.export, { ...exported(frame), ...(now ? { now } : {}) }),
      rerun: async (_frame: Frame, node: HTMLElement) => {
        if (!notebooks || !(await rerun(notebooks, node))) {
          Notification.warning('This output is in no open notebook. Run its cell there.');
        }
      }
    };
    rendermime.addFactory(
      {
        safe: true,
        mimeTypes: [FRAME_MIME_TYPE],
        createRenderer: options => new FrameRenderer(options, rendermime, actions)
      },
      RANK
    );
  }
};

/** The statement as PostgreSQL gets it. */
function exported({ sql, parameters, profile }: Frame): ReadonlyPartialJSONObject {
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const bound = bindNames(sql ?? '', new Set(values.keys()));
  const params =
    bound.names.length > 0 ? bound.names.map(name => values.get(name) ?? null) : [...values.values()];
  return { sql: bound.sql, params, profile, name: 'frame' };
}
