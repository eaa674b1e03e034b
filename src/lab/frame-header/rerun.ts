import { type INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { asksReplica } from '../../sql/python-cell';

/**
 * Runs the cell again whose output holds `node`. A cell that only shows a frame asks for nothing, so
 * `db.rerun` of the frame on its last line is run in a cell below. False where no open notebook holds the node.
 */
export async function rerun(notebooks: INotebookTracker, node: HTMLElement): Promise<boolean> {
  const panel = notebooks.find(({ node: page }) => page.contains(node));
  const index = panel?.content.widgets.findIndex(cell => cell.node.contains(node)) ?? -1;
  const cell = panel?.content.widgets[index];
  if (!panel || !cell) {
    return false;
  }
  const { content } = panel;
  content.activeCellIndex = index;
  content.deselectAll();
  const source = cell.model.sharedModel.getSource();
  if (!asksReplica(source)) {
    const name = shownVariable(source);
    if (name !== null) {
      NotebookActions.insertBelow(content);
      content.activeCell?.model.sharedModel.setSource(
        `${name}, drift = db.rerun(${name})\nprint(drift)\n${name}`
      );
    }
  }
  await NotebookActions.run(content, panel.sessionContext);
  return true;
}

/** The variable that a cell's last line shows; null where that is something else. */
function shownVariable(source: string): string | null {
  const last = source.trimEnd().split('\n').at(-1) ?? '';
  return /^(?:display\()?([A-Za-z_]\w*)\)?$/.exec(last)?.[1] ?? null;
}
