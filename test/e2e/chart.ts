import { NotebookPage } from './notebook';
import { Panel } from './panel';
import { CHECK_PROFILES } from './profiles';
import { expectThat, type Step } from './step';

export const chartSteps: readonly Step[] = [
  {
    name: 'the Chart tab draws the result with JupyterLab’s own renderer',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run('SELECT status, sum(total) AS revenue, count(*) AS orders FROM orders GROUP BY status');
      await panel.summary(/^6 rows/).waitFor();
      await lab.page.getByRole('tab', { name: 'Chart' }).filter({ visible: true }).click();
      await lab.page.getByText('Drawn from all 6 rows.').waitFor();
      const chart = lab.page.locator('.jp-ReplicaChart-picture').locator('svg, canvas').first();
      await chart.waitFor();
      await lab.screenshot('chart');
      await lab.page
        .getByRole('combobox', { name: 'Chart' })
        .filter({ visible: true })
        .selectOption('scatter');
      await lab.page.getByText('Drawn from all 6 rows.').waitFor();
      await lab.page.getByRole('tab', { name: 'Result' }).filter({ visible: true }).click();
    }
  },
  {
    name: 'Format lays the SQL out, and undo takes it back',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      const written = "select id,total from orders where status='paid' and total>100";
      await panel.write(written);
      await lab.page.keyboard.press('Escape');
      // Undo takes back together what was written within half a second.
      await lab.page.waitForTimeout(700);
      await panel.button('Format').click();
      const laidOut = /select\s+id,\s+total\s+from\s+orders\s+where\s+status = 'paid'\s+and total > 100/;
      await lab.page.waitForFunction(
        'document.activeElement !== null && [...document.querySelectorAll(".jp-ReplicaQuery .cm-content")].some(node => node.querySelectorAll(".cm-line").length > 5)'
      );
      const text = (await panel.editor.innerText()).trim();
      expectThat(laidOut.test(text), `The text is ${text}.`);
      await panel.editor.click();
      await lab.page.keyboard.press('ControlOrMeta+z');
      await lab.page.waitForTimeout(100);
      expectThat((await panel.editor.innerText()).includes(written), 'Undo did not take it back.');
    }
  },
  {
    name: 'completion proposes a join by its foreign key',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.write('SELECT * FROM orders o JOIN ');
      await lab.page.keyboard.press('Control+Space');
      const list = lab.page.locator('.cm-tooltip-autocomplete');
      await list
        .getByText(/ON \w+\.id = o\./)
        .first()
        .waitFor();
      await lab.screenshot('completion-join');
      await lab.page.keyboard.press('Enter');
      const text = await panel.editor.innerText();
      expectThat(/JOIN [\w.]+ AS \w+ ON \w+\.\w+ = /.test(text), `The text is ${text}.`);
    }
  }
];

/** Where a notebook is open already. */
export const chartCellSteps: readonly Step[] = [
  {
    name: '→ Notebook puts the chart into a cell, with the values and the profile of its statement',
    run: async ({ lab }) => {
      const [, production] = CHECK_PROFILES;
      await lab.execute('replica:open-panel', { profile: production });
      const panel = new Panel(lab);
      await panel.profile(production).waitFor();
      await panel.write(
        'SELECT status, sum(total) AS revenue FROM orders WHERE status <> :without::order_status GROUP BY status;'
      );
      await panel.parameter('without').fill('paid');
      await panel.parameter('without').press('Enter');
      await panel.summary(/^5 rows/).waitFor();
      await panel.tab('Chart').click();
      await lab.page.getByText('Drawn from all 5 rows.').waitFor();
      await panel.button('→ Notebook').click();
      const notebook = new NotebookPage(lab);
      await notebook.editor.getByText('plt.subplots()').waitFor();
      const source = await notebook.editor.innerText();
      for (const part of [
        `db.profile("${production}")`,
        ':without::order_status',
        '"without": "paid"',
        'ax.bar('
      ]) {
        expectThat(source.includes(part), `The cell has no ${part}: ${source}`);
      }
      // What the kernel still does is of no concern to the steps that follow.
      await notebook
        .outputs(/matplotlib|Figure/)
        .last()
        .waitFor({ timeout: 60_000 });
    }
  }
];
