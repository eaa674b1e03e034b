import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { CompletionProviderManager, ICompletionProviderManager } from '@jupyterlab/completer';
import { ICatalogModel } from '../tokens';
import { silencePython, SqlCellCompletion } from './completion-provider';
import { sqlCellLanguage } from './language';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:sql-cell',
  description: 'SQL in %%sql cells: its colours, and completion from the catalog.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  optional: [ICompletionProviderManager, ICatalogModel],
  activate: (
    app: JupyterFrontEnd,
    extensions: IEditorExtensionRegistry,
    completions: ICompletionProviderManager | null,
    catalog: ICatalogModel | null
  ) => {
    extensions.addExtension(sqlCellLanguage);
    if (completions) {
      completions.registerProvider(new SqlCellCompletion(catalog));
      if (completions instanceof CompletionProviderManager) {
        void app.restored.then(() => silencePython(completions.getProviders()));
      }
    }
  }
};
