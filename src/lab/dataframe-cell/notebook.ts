import { Notification } from '@jupyterlab/apputils';
import { type INotebookTracker, type Notebook, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { type KernelSpec } from '@jupyterlab/services';
import { type CommandRegistry } from '@lumino/commands';
import { assignsDb, type CellDraft, dataFrameCell, freeVariable } from '../../sql/python-cell';
import { pythonKernel } from './python-kernel';

/** The Python notebook used last, or a new one. Null when none could be opened. */
export async function pythonNotebook(
  notebooks: INotebookTracker,
  commands: CommandRegistry,
  kernelspecs: KernelSpec.IManager
): Promise<NotebookPanel | null> {
  const current = notebooks.currentWidget;
  if (current && isPython(current)) {
    return current;
  }
  await kernelspecs.ready;
  const kernelName = pythonKernel(kernelspecs.specs);
  if (kernelName === null) {
    Notification.error('The Jupyter server has no Python kernel for the DataFrame. Install ipykernel there.');
    return null;
  }
  const made: unknown = await commands.execute('notebook:create-new', { kernelName });
  if (made instanceof NotebookPanel) {
    return made;
  }
  Notification.error('No notebook could be opened for the DataFrame. Open one and try again.');
  return null;
}

/** Puts the statement's cell into the notebook once that is loaded, and runs it. */
export async function runDataFrameCell(panel: NotebookPanel, draft: CellDraft): Promise<void> {
  await panel.context.ready;
  await panel.sessionContext.ready;
  addDataFrameCell(panel.content, draft);
  await NotebookActions.run(panel.content, panel.sessionContext);
}

/** Puts a cell with all rows of the statement below the active cell, or into that if it is empty. */
export function addDataFrameCell(notebook: Notebook, draft: CellDraft): void {
  const sources = codeOf(notebook);
  // Another cell's import counts for nothing: that cell may not have run since the kernel started.
  addCodeCell(notebook, dataFrameCell(draft, freeVariable(sources), !sources.some(assignsDb)));
}

/** Puts a cell with this code below the active cell, or into that if it is empty. */
export function addCodeCell(notebook: Notebook, source: string): void {
  if (!isEmptyCode(notebook)) {
    NotebookActions.insertBelow(notebook);
  }
  if (notebook.activeCell?.model.type !== 'code') {
    NotebookActions.changeCellType(notebook, 'code');
  }
  notebook.activeCell?.model.sharedModel.setSource(source);
  // Running a notebook runs every selected cell.
  notebook.deselectAll();
}

function isPython(panel: NotebookPanel): boolean {
  const language = panel.content.model?.defaultKernelLanguage;
  return !language || language === 'python';
}

function isEmptyCode(notebook: Notebook): boolean {
  const model = notebook.activeCell?.model;
  return model?.type === 'code' && model.sharedModel.getSource().trim() === '';
}

function codeOf(notebook: Notebook): string[] {
  const cells = [...(notebook.model?.cells ?? [])];
  return cells.filter(cell => cell.type === 'code').map(cell => cell.sharedModel.getSource());
}
