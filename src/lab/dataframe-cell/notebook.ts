import { Notification } from '@jupyterlab/apputils';
import { type INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { type CommandRegistry } from '@lumino/commands';
import { dataFrameCell, freeVariable, importsDb } from '../../sql/python-cell';

/** The Python notebook used last, or a new one. Null when none could be opened. */
export async function pythonNotebook(
  notebooks: INotebookTracker,
  commands: CommandRegistry
): Promise<NotebookPanel | null> {
  const current = notebooks.currentWidget;
  if (current && isPython(current)) {
    return current;
  }
  const made: unknown = await commands.execute('notebook:create-new', { kernelName: 'python3' });
  if (made instanceof NotebookPanel) {
    return made;
  }
  Notification.error('No notebook could be opened for the DataFrame. Open one and try again.');
  return null;
}

/** Puts a cell with all rows of the statement below the current cell, and runs it. */
export async function addDataFrameCell(panel: NotebookPanel, sql: string): Promise<void> {
  await panel.context.ready;
  await panel.sessionContext.ready;
  const notebook = panel.content;
  const sources = codeOf(panel);
  const source = dataFrameCell(sql, freeVariable(sources), !sources.some(importsDb));
  if (!isEmptyCode(panel)) {
    NotebookActions.insertBelow(notebook);
  }
  if (notebook.activeCell?.model.type !== 'code') {
    NotebookActions.changeCellType(notebook, 'code');
  }
  notebook.activeCell?.model.sharedModel.setSource(source);
  await NotebookActions.run(notebook, panel.sessionContext);
}

function isPython(panel: NotebookPanel): boolean {
  const language = panel.content.model?.defaultKernelLanguage;
  return !language || language === 'python';
}

function isEmptyCode(panel: NotebookPanel): boolean {
  const model = panel.content.activeCell?.model;
  return model?.type === 'code' && model.sharedModel.getSource().trim() === '';
}

function codeOf(panel: NotebookPanel): string[] {
  const cells = [...(panel.content.model?.cells ?? [])];
  return cells.filter(cell => cell.type === 'code').map(cell => cell.sharedModel.getSource());
}
