import { type JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type INotebookTracker } from '@jupyterlab/notebook';
import { type IQueryPanels } from '../tokens';

interface Places {
  readonly shell: JupyterFrontEnd.IShell;
  readonly panels: IQueryPanels | null;
  readonly notebooks: INotebookTracker | null;
}

/** Writes at the cursor of the query panel or notebook cell in use; where there is none, to the clipboard. */
export function insertText(text: string, { shell, panels, notebooks }: Places): void {
  if (panels?.insert(text)) {
    return;
  }
  const notebook = notebooks?.currentWidget;
  const editor = notebook && notebook === shell.currentWidget ? notebooks.activeCell?.editor : null;
  if (editor?.replaceSelection) {
    editor.replaceSelection(text);
    editor.focus();
    return;
  }
  Clipboard.copyToSystem(text);
  Notification.info(`No query panel or notebook cell is open. ${text} is on the clipboard.`, {
    autoClose: 4_000
  });
}
