import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

const FILTERED = 'SELECT id, status, total FROM orders WHERE status = :status ORDER BY id LIMIT 20';
const BY_STATUS = `SELECT o.status, count(*) AS orders FROM orders o JOIN users u ON u.id = o.user_id
WHERE o.note IS NULL GROUP BY o.status ORDER BY 2 DESC`;
/** Marked, so that a look at pg_stat_activity finds it and not itself. */
const SILENT = 'SELECT pg_sleep(120) AS "stop me"';
const STILL_THERE = `SELECT count(*) AS still_running FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%stop me%' AND pid <> pg_backend_pid()`;
/** Asked is one second; a busy machine is given more, and the report tells what it took. */
const STOP_WITHIN_MS = 5_000;
const TITLES_FIT = `[...document.querySelectorAll('.jp-ReplicaPlan-node')].every(step => {
  const right = part => step.querySelector('.jp-ReplicaPlan-' + part).getBoundingClientRect().right;
  return right('title') <= right('box');
})`;
/** The toolbar's buttons are Lab's own. */
const PANEL_PARTS = '.jp-ReplicaQuery-split, .jp-ReplicaQuery-footer';

async function press(lab: LabPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await lab.page.keyboard.press(key);
}

/** Stops what runs, measures how long the server's confirmation took, and looks in the server. */
async function stopAndLook(
  lab: LabPage,
  panel: Panel,
  says: RegExp,
  sees: Record<string, unknown>,
  state: string
) {
  const askedAt = performance.now();
  await press(lab, 'Escape');
  await panel.result.getByText(says).first().waitFor();
  const waitedMs = Math.round(performance.now() - askedAt);
  sees[`stop ${state} ms`] = waitedMs;
  expectThat(waitedMs < STOP_WITHIN_MS, `Stop while ${state} took ${waitedMs} ms.`);
  const observer = await Panel.openNew(lab);
  await observer.run(STILL_THERE);
  await observer.summary(/^1 row /).waitFor();
  await observer.cell('0').waitFor();
  await observer.close();
}

export const workbenchSteps: readonly Step[] = [
  {
    name: 'a parameter is asked for, typed by the server, bound, and there again after a reload',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(FILTERED);
      const field = panel.parameter('status');
      await field.fill('paid');
      await panel.part('parameters').getByText('order_status').waitFor();
      await panel
        .part('plan')
        .getByText(/^plan: about/)
        .waitFor();
      await field.press('Enter');
      await panel.summary(/^20 rows/).waitFor();
      await lab.screenshot('parameters');
      // Only what was sent has values under this name.
      await lab.reload('"value": "paid"');
      await panel.summary(/^20 rows/).waitFor();
      expectThat((await panel.parameter('status').inputValue()) === 'paid', 'The value is gone.');
      await expectNoSeriousFindings(lab.page, PANEL_PARTS);
    }
  },
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
      expectThat((await lab.page.evaluate(TITLES_FIT)) === true, 'The title of a step leaves its box.');
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
  },
  {
    name: 'Escape stops a statement before its first row, and one that is analyzed',
    run: async ({ lab, seen }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(SILENT);
      await panel.summary(/so far/).waitFor();
      await stopAndLook(lab, panel, /^Stopped before the first row/, seen, 'silent');
      await panel.write(SILENT);
      await panel.button('Analyze').click();
      await panel.sentence(/runs to see/).waitFor();
      await panel.editor.focus();
      await stopAndLook(lab, panel, /^Stopped\.$/, seen, 'analyzing');
      await panel.close();
    }
  },
  {
    name: 'running queries are listed and stopped, and the history finds them',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(SILENT);
      await panel.summary(/so far/).waitFor();
      await lab.execute('replica:show-library', { view: 'running' });
      const library = lab.page.locator('.jp-ReplicaLibrary');
      await library.getByRole('button', { name: /^Stop: SELECT pg_sleep/ }).click();
      await panel.summary(/^Stopped after 0 rows/).waitFor();
      await lab.execute('replica:show-library', { view: 'history' });
      await library.getByRole('searchbox').fill('orders paid');
      await library
        .getByText(/20 rows · .* status = paid/)
        .first()
        .waitFor();
      await lab.screenshot('history');
      await expectNoSeriousFindings(lab.page, '.jp-ReplicaLibrary');
      await library.locator('button.jp-ReplicaLibrary-title').first().click();
      await panel.parameter('status').waitFor();
      await lab.execute('replica:show-library', { view: 'saved' });
      await lab.execute('application:toggle-right-area');
    }
  }
];
