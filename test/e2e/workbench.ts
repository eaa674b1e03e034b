import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

const BY_STATUS = `SELECT o.status, count(*) AS orders FROM orders o JOIN users u ON u.id = o.user_id
WHERE o.note IS NULL GROUP BY o.status ORDER BY 2 DESC`;
/** The toolbar's buttons are Lab's own. */
const PANEL_PARTS = '.jp-ReplicaQuery-split, .jp-ReplicaQuery-footer';

async function press(lab: LabPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await lab.page.keyboard.press(key);
}

export const workbenchSteps: readonly Step[] = [
  {
    name: 'a statement is written, run, explained and read by keyboard alone',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await lab.page.keyboard.insertText(BY_STATUS);
      await press(lab, 'Escape', 'ControlOrMeta+Enter');
      await panel.summary(/^6 rows/).waitFor();
      await press(lab, 'F6');
      await panel.focused('grid').waitFor();
      await press(lab, 'F6');
      await panel.focused('footer').waitFor();
      await press(lab, 'F6', 'ControlOrMeta+Shift+E');
      await panel.sentence(/of the estimated cost in/).waitFor();
      await press(lab, 'F6', 'Home', 'ArrowRight');
      const step = await panel.focused('plan').getAttribute('aria-label');
      expectThat(step !== null && / of the cost, about .* rows?/.test(step), `The step says ${step}.`);
    }
  },
  {
    name: 'Explain Analyze draws what each step took',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.button('Analyze').click();
      await panel.sentence(/of the time in/).waitFor();
      await lab.screenshot('plan');
      await expectNoSeriousFindings(lab.page, PANEL_PARTS);
    }
  },
  {
    name: 'each statement of a run of all is told, with what the server said',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.write('SELECT 1 AS one; SELECT 2 AS two; SELECT totl FROM orders');
      await press(lab, 'Escape', 'ControlOrMeta+Shift+Enter');
      await panel.alert.getByText('column "totl" does not exist').first().waitFor();
      await panel.tab('Messages').click();
      await panel.part('messages').getByText('SELECT 1 ·').first().waitFor();
      await panel
        .part('messages')
        .getByText(/^failed/)
        .waitFor();
      await lab.screenshot('messages');
    }
  }
];
