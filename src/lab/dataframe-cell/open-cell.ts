import { Notification } from '@jupyterlab/apputils';
import { type INotebookTracker } from '@jupyterlab/notebook';
import { type CommandRegistry } from '@lumino/commands';
import { statementOfCell } from '../../sql/query-call';
import { COMMANDS } from '../commands';
import { panelParameters } from './kernel-values';

/** Opens the SQL of the notebook's active cell in a query panel, with its parameters. */
export async function openCellInPanel(notebooks: INotebookTracker, commands: CommandRegistry): Promise<void> {
  const panel = notebooks.currentWidget;
  const cell = panel?.content.activeCell;
  if (!panel || !cell) {
    Notification.warning('No notebook is open. Open one, and choose a cell with SQL.');
    return;
  }
  const { editor } = cell;
  const cursor = editor?.getOffsetAt(editor.getCursorPosition()) ?? 0;
  const statement =
    cell.model.type === 'code' ? statementOfCell(cell.model.sharedModel.getSource(), cursor) : null;
  if (!statement) {
    Notification.warning(
      'This cell has no SQL that can be read from it. Choose a %%sql cell, or one with db.query("…") that names its SQL literally.'
    );
    return;
  }
  const kernel = panel.sessionContext.session?.kernel ?? null;
  const parameters = await panelParameters(statement.parameters, kernel);
  await commands.execute(COMMANDS.openPanel, {
    sql: statement.sql,
    parameters: parameters.map(parameter => ({ ...parameter })),
    ...(statement.profile === null ? {} : { profile: statement.profile })
  });
}
