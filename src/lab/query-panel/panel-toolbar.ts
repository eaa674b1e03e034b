import { runIcon, stopIcon, type Toolbar, ToolbarButton } from '@jupyterlab/ui-components';
import { type Widget } from '@lumino/widgets';
import { type LimitSelect } from './limit-select';
import { type PanelActions } from './panel-actions';

/** The toolbar's buttons. What it returns enables Stop, and only then. */
export function fillToolbar(
  toolbar: Toolbar<Widget>,
  actions: PanelActions,
  limit: LimitSelect
): { readonly stop: ToolbarButton } {
  const run = new ToolbarButton({
    label: 'Run',
    icon: runIcon,
    tooltip: 'Run the statement at the cursor, or what is selected (Ctrl+Enter)',
    onClick: () => actions.run()
  });
  const stop = new ToolbarButton({
    label: 'Stop',
    icon: stopIcon,
    tooltip: 'Stop the statement in the server (Escape)',
    onClick: () => actions.stop()
  });
  const text = (label: string, tooltip: string, onClick: () => void) =>
    new ToolbarButton({ label, tooltip, onClick });
  toolbar.addItem('run', run);
  toolbar.addItem('stop', stop);
  toolbar.addItem('limit', limit);
  const explain = text('Explain', 'Show how the server would run the statement (Ctrl+Shift+E)', () =>
    actions.explain(false)
  );
  const analyze = text('Analyze', 'Run the statement to see what each step of its plan takes', () =>
    actions.explain(true)
  );
  toolbar.addItem('explain', explain);
  toolbar.addItem('analyze', analyze);
  toolbar.addItem(
    'format',
    text('Format', 'Lay the SQL out (Alt+Shift+F)', () => actions.format())
  );
  const { history, saved, save } = actions;
  if (history) {
    toolbar.addItem('history', text('History', 'What you have run, and what runs now', history));
  }
  if (saved) {
    toolbar.addItem('saved', text('Saved', 'Statements kept under a name', saved));
  }
  if (save) {
    toolbar.addItem('save', text('★ Save', 'Keep this statement under a name', save));
  }
  return { stop };
}
