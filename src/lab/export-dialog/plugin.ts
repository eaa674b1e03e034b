import { type JupyterFrontEndPlugin } from '@jupyterlab/application';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:export-dialog',
  description: 'Exports a statement to Parquet on Amazon S3.',
  autoStart: true,
  activate: () => undefined
};
