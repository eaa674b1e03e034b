import { expectNoSeriousFindings } from './accessibility';
import { NotebookPage } from './notebook';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

const CELL = `%%sql recent --limit 1000
SELECT id, user_id, status, total
FROM orders
WHERE status = :wanted
ORDER BY id`;

const ROUND_TRIP = "SELECT id AS round_trip, 'a\\\\b' AS text FROM orders ORDER BY id LIMIT 1";

/** Of the cell that was written last. */
const WEIGHT_OF_SELECT = `getComputedStyle(
  [...document.querySelectorAll('.jp-Notebook .cm-content span')].filter(span => span.textContent === 'SELECT').at(-1)
).fontWeight`;

export const sqlCellSteps: readonly Step[] = [
  {
    name: 'a cell that begins with %%sql has the colours of SQL, and completes names of the catalog',
    run: async ({ lab }) => {
      const notebook = await NotebookPage.openNew(lab);
      await notebook.run('wanted = "paid"');
      await notebook.addCell('%%sql df\nSELECT count(*) FROM ');
      const keyword = notebook.editor.locator('span').filter({ hasText: /^SELECT$/ });
      await keyword.first().waitFor();
      const weight = await lab.page.evaluate<string>(WEIGHT_OF_SELECT);
      expectThat(weight === '700', `SELECT is not shown as a keyword of SQL: its weight is ${weight}.`);
      const { page } = lab;
      await page.keyboard.type('order_it');
      await page.keyboard.press('Tab');
      const list = page.locator('.jp-Completer').filter({ visible: true });
      await list.getByText('order_items').waitFor();
      await page.keyboard.press('Enter');
      await notebook.editor.getByText('order_items').waitFor();
      await page.keyboard.type(' WHERE ord');
      await page.keyboard.press('Tab');
      await list.getByText('order_id').first().waitFor();
      expectThat(
        !(await list.innerText()).split('\n').includes('ord'),
        'Names of Python stand among those of the database.'
      );
      await lab.screenshot('sql-cell-completion');
      await page.keyboard.press('Escape');
    }
  },
  {
    name: 'running a %%sql cell binds the notebook’s variables and shows the frame under a line with buttons',
    run: async ({ lab }) => {
      const notebook = new NotebookPage(lab);
      await notebook.run(CELL);
      await notebook.frameHeader
        .getByText(/^(first )?[\d,]+ rows · .+ · as of \d\d:\d\d:\d\d · demo$/)
        .waitFor();
      await notebook.outputs('paid').locator('table.dataframe').first().waitFor();
      const plain = await notebook.node.locator('.jp-ReplicaFrame-line').count();
      expectThat(plain === 0, 'The line for other front ends is shown too.');
      await expectNoSeriousFindings(lab.page, '.jp-ReplicaFrame-header');
      await lab.screenshot('sql-cell');
    }
  },
  {
    name: 'an error in a %%sql cell shows the place and no traceback',
    run: async ({ lab }) => {
      const notebook = new NotebookPage(lab);
      await notebook.run('%%sql\nSELECT totl FROM orders');
      const error = notebook.outputs(/column "totl" does not exist/).last();
      const text = await error.innerText();
      expectThat(/LINE 1: SELECT totl FROM orders\n\s+\^/.test(text), `The cell shows ${text}`);
      expectThat(!text.includes('Traceback'), 'The cell shows a traceback.');
    }
  },
  {
    name: 'rerun above a frame asks the replica again',
    run: async ({ lab }) => {
      const notebook = new NotebookPage(lab);
      await notebook.run('%%sql\nSELECT clock_timestamp()::text AS moment');
      const value = notebook.outputs('moment').last().locator('td');
      await value.waitFor();
      const before = await value.innerText();
      await notebook.button('rerun').focus();
      await lab.page.keyboard.press('Enter');
      await value.filter({ hasNotText: before }).waitFor();
    }
  },
  {
    name: 'open in panel above a frame brings its statement into a query panel',
    run: async ({ lab }) => {
      const notebook = new NotebookPage(lab);
      await notebook.button('open in panel').click();
      const panel = new Panel(lab);
      await panel.editor.getByText('clock_timestamp').waitFor();
    }
  },
  {
    name: 'Alt+Shift+Enter brings the SQL of a cell into a panel, and → DataFrame brings it back',
    run: async ({ lab }) => {
      const notebook = await NotebookPage.openNew(lab);
      await notebook.addCell('from db_connection import db\n\nsome = db.query(r"""' + ROUND_TRIP + '""")');
      await lab.page.keyboard.press('Alt+Shift+Enter');
      const panel = new Panel(lab);
      await panel.editor.getByText('AS round_trip').waitFor();
      await lab.page.keyboard.press('ControlOrMeta+Enter');
      await panel.summary(/^1 row/).waitFor();
      await panel.button('→ DataFrame').click();
      await notebook.outputs('round_trip').locator('table.dataframe').first().waitFor();
      const source = await notebook.editor.innerText();
      expectThat(source.includes(`df = db.query(r"""${ROUND_TRIP}""")`), `The cell says ${source}.`);
    }
  }
];
