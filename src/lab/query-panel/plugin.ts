import { type JupyterFrontEndPlugin } from '@jupyterlab/application';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:query-panel',
  description: 'Panels with an SQL editor and a result grid.',
  autoStart: true,
  activate: () => undefined
};
