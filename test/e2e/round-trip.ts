import { NotebookPage } from './notebook';
import { Panel } from './panel';
import { CHECK_PROFILES } from './profiles';
import { expectThat, type Step } from './step';

const [, PRODUCTION] = CHECK_PROFILES;

const STATEMENT = `SELECT id, status, clock_timestamp()::text AS moment
FROM orders
WHERE id >= :first AND status::text = ANY(:wanted)
ORDER BY id
LIMIT 4`;

/** The planner expects a hundred million rows, and there is none. */
const LARGE = `SELECT repeat('x', 1000) AS filler FROM generate_series(1, 100000000) WHERE current_setting('block_size') = '0'`;

async function expectFilled(panel: Panel): Promise<void> {
  await panel.profile(PRODUCTION).waitFor();
  const values = [
    await panel.parameter('first').inputValue(),
    await panel.parameter('wanted').inputValue()
  ].join(' and ');
  expectThat(/^5 and \{"?paid"?,"?shipped"?\}$/.test(values), `The fields hold ${values}.`);
}

export const roundTripSteps: readonly Step[] = [
  {
    name: 'a cell with parameters and a profile opens in a panel with both, and comes back with both',
    run: async ({ lab }) => {
      const notebook = await NotebookPage.openNew(lab);
      await notebook.run('first = 5\nwanted = ["paid", "shipped"]\nprint("variables", "there")');
      await notebook.outputs('variables there').waitFor();
      await notebook.idle();
      await notebook.addCell(`%%sql few --profile ${PRODUCTION}\n${STATEMENT}`);
      await lab.page.keyboard.press('Alt+Shift+Enter');
      const panel = new Panel(lab);
      await panel.editor.getByText('clock_timestamp').waitFor();
      await expectFilled(panel);
      await lab.page.keyboard.press('ControlOrMeta+Enter');
      await panel.summary(/^4 rows/).waitFor();
      await lab.screenshot('cell-in-panel');
      await panel.button('→ DataFrame').click();
      await notebook.outputs('moment').locator('table.dataframe').first().waitFor();
      const source = await notebook.editor.innerText();
      const call = `df = db.profile("${PRODUCTION}").query("""${STATEMENT}""", {"first": 5, "wanted": `;
      expectThat(source.includes(call), `The cell says ${source}.`);
    }
  },
  {
    name: 'the buttons above its frame ask again, and open it in a panel with parameters and profile',
    run: async ({ lab }) => {
      const notebook = new NotebookPage(lab);
      const moment = notebook.outputs('moment').last().locator('td').last();
      const before = await moment.innerText();
      await notebook.button('rerun').click();
      await moment.filter({ hasNotText: before }).waitFor();
      await notebook.button('open in panel').click();
      const panel = new Panel(lab);
      await panel.editor.getByText('clock_timestamp').waitFor();
      await expectFilled(panel);
      await panel.close();
    }
  },
  {
    name: 'what would not fit into memory is read part by part in its cell',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.write(LARGE);
      await panel.part('plan').getByText(/GB/).first().waitFor();
      await lab.execute('replica:dataframe-cell');
      const notebook = new NotebookPage(lab);
      await notebook.editor.getByText('.stream(').waitFor();
      await notebook.outputs(/^0$/).last().waitFor();
      await notebook.editor.scrollIntoViewIfNeeded();
      await lab.screenshot('data-frame-stream');
      await notebook.close();
    }
  }
];
