import type { Locator, Page } from 'playwright-core';
import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { NotebookPage } from './notebook';
import { Panel } from './panel';
import { expectThat, type Step } from './step';
import { inDarkTheme } from './theme';

/** Joins what is hard to carry: jsonb, arrays, uuid, NaN, bytea, enums, numerics, both kinds of timestamp. */
export const EXPORT_SQL = `
SELECT e.*, o.status, o.total, o.currency, o.note, o.created_at, o.shipped_at
FROM analytics.events e LEFT JOIN orders o ON o.id = e.id - 9007199254740992
ORDER BY e.id`.trim();

const DATASET_SQL = 'SELECT id, status, total, created_at FROM orders WHERE id <= 5000';
const DATASET = 'checks/e2e-orders';

export const exportSteps: readonly Step[] = [
  {
    name: 'an export to S3 ends with its address and a button that copies it',
    run: async ({ lab, bucket, exportKey }) => {
      await lab.execute('replica:show-browser');
      const panel = await Panel.openNew(lab);
      await panel.run(EXPORT_SQL);
      await panel.summary(/^10,000 of about/).waitFor();
      await panel.button('all → S3').click();
      const { page } = lab;
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'single file' }).check();
      await dialog.getByLabel('Key').fill(exportKey);
      await lab.screenshot('export-file-dialog');
      await dialog.getByRole('button', { name: 'Export' }).click();
      const uri = `s3://${bucket}/${exportKey}`;
      const done = toastOf(page, uri).filter({ hasText: /^[\d,]+ rows, / });
      await done.waitFor({ timeout: 120_000 });
      await page.locator('.jp-Replica-export[data-state="done"]').first().waitFor();
      await lab.screenshot('export');
      await done.getByRole('button', { name: 'Copy s3:// address' }).click();
      const copied = await clipboard(page);
      expectThat(copied === uri, `The button copied ${copied}.`);
      await panel.close();
    }
  },
  {
    name: 'the dialog proposes a partitioned dataset, says what it writes, and exports it',
    run: async ({ lab, bucket }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(DATASET_SQL);
      await panel.summary(/^5,000 rows/).waitFor();
      await panel.button('→ S3').click();
      const { page } = lab;
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'dataset' }).check();
      await dialog.getByLabel('Key').fill(DATASET);
      await dialog.getByText(/^about [\d,.k]+ rows, /).waitFor();
      await dialog.getByText('There is no dataset here yet; this is its first version.').waitFor();
      await dialog.getByRole('button', { name: /^status · about 6 parts$/ }).click();
      const partitions = await dialog.locator('.jp-ReplicaExport-partitions').inputValue();
      expectThat(partitions === 'status', `The partitions are ${partitions}.`);
      await expectNoSeriousFindings(page, '.jp-Dialog');
      await lab.screenshot('export-dialog');
      await inDarkTheme(lab, async () => {
        await expectNoSeriousFindings(page, '.jp-Dialog');
        await lab.screenshot('export-dialog-dark');
      });
      await dialog.getByRole('button', { name: 'Export' }).click();
      await finished(page, `s3://${bucket}/${DATASET}`);
      await datasetRow(page).waitFor();
    }
  },
  {
    name: 'Shift+click exports a second version to the remembered destination without asking',
    run: async ({ lab, bucket }) => {
      const { page } = lab;
      const panel = new Panel(lab);
      await panel.button('→ S3').click({ modifiers: ['Shift'] });
      await finished(page, `s3://${bucket}/${DATASET}`);
      const tree = datasets(page);
      // The list is looked through again when an export has ended.
      await tree.getByRole('button', { name: 'Refresh datasets' }).click();
      await datasetRow(page).locator('[data-part="twisty"]').click();
      await versions(page).nth(1).waitFor();
      await versions(page).first().locator('[data-part="twisty"]').click();
      await tree
        .getByRole('treeitem', { name: /part-00000\.parquet, file/ })
        .first()
        .waitFor();
      await expectNoSeriousFindings(page, '.jp-Replica-datasets');
      await lab.screenshot('datasets');
      await inDarkTheme(lab, async () => {
        await expectNoSeriousFindings(page, '.jp-Replica-datasets');
        await lab.screenshot('datasets-dark');
      });
      await panel.close();
    }
  },
  {
    name: 'code that reads an export is offered for each reader',
    run: async ({ lab }) => {
      const { page } = lab;
      const row = page.locator('.jp-Replica-export[data-state="done"]').first();
      await row.getByRole('button', { name: /^Copy code that reads/ }).click();
      await page.getByRole('menuitem', { name: 'Copy code for Athena SQL' }).click();
      const code = await clipboard(page);
      expectThat(code.startsWith('CREATE EXTERNAL TABLE `e2e_orders` ('), `The menu copied ${code}.`);
    }
  },
  {
    name: 'the first rows of a version are shown in a tab',
    run: async ({ lab }) => {
      const { page } = lab;
      await datasetRow(page).locator('[data-part="name"]').click();
      const table = page.getByRole('table', { name: /^First rows of/ }).filter({ visible: true });
      await table.getByRole('columnheader', { name: /^total/ }).waitFor();
      expectThat((await table.getByRole('row').count()) === 201, 'The table has other than 200 rows.');
      await expectNoSeriousFindings(page, '.jp-ReplicaPreview');
      await lab.screenshot('dataset-preview');
      await lab.execute('application:close');
    }
  },
  {
    name: 'a read cell reads the dataset in a notebook',
    run: async ({ lab }) => {
      const notebook = await NotebookPage.openNew(lab);
      await datasetRow(lab.page).hover();
      await datasetRow(lab.page).getByRole('button', { name: 'Insert read cell into a notebook' }).click();
      await notebook.editor.getByText('db.dataset(').waitFor();
      await lab.execute('notebook:run-cell');
      await notebook.outputs(/5000 rows × 4 columns/).waitFor({ timeout: 60_000 });
    }
  },
  {
    name: 'the buttons above a frame export and rerun its statement',
    run: async ({ lab }) => {
      const { page } = lab;
      const notebook = new NotebookPage(lab);
      await notebook.run('db.query("SELECT clock_timestamp()::text AS moment")');
      const value = notebook.outputs('moment').last().locator('td');
      const before = await value.innerText();
      await notebook.button('export to S3').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('SELECT clock_timestamp()::text AS moment').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await notebook.button('rerun').click();
      await value.filter({ hasNotText: before }).waitFor();
    }
  },
  {
    name: 'a table is exported from its menu, to a folder like the last one',
    run: async ({ lab }) => {
      const { page } = lab;
      const tree = page.getByRole('tree', { name: 'Schemas, tables and columns' });
      await tree
        .getByRole('treeitem', { name: /^orders, table/ })
        .first()
        .click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Export to Amazon S3…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('SELECT * FROM public.orders').waitFor();
      const key = await dialog.getByLabel('Key').inputValue();
      expectThat(key === 'checks/orders', `The dialog proposes ${key}.`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    }
  },
  {
    name: 'the statement in the editor is exported from its menu, by keys and from the palette',
    run: async ({ lab }) => {
      const { page } = lab;
      const panel = await Panel.openNew(lab);
      await panel.write('SELECT 42 AS answer;');
      const label = 'Export Replica Statement to Amazon S3…';
      const ways: readonly (() => Promise<void>)[] = [
        async () => {
          await panel.editor.click({ button: 'right' });
          await page.getByRole('menuitem', { name: label }).click();
        },
        async () => {
          await panel.editor.focus();
          await page.keyboard.press('ControlOrMeta+k');
          await page.keyboard.press('s');
        },
        async () => {
          await panel.editor.focus();
          await page.keyboard.press('ControlOrMeta+Shift+c');
          await page.keyboard.insertText(label);
          await page.locator('.lm-CommandPalette-item').filter({ hasText: label }).click();
        }
      ];
      for (const way of ways) {
        await way();
        const dialog = page.getByRole('dialog').filter({ hasText: 'Export to Amazon S3' });
        await dialog.getByText('SELECT 42 AS answer').waitFor();
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await dialog.waitFor({ state: 'detached' });
      }
      await panel.close();
    }
  },
  {
    name: 'an old version is deleted after it was shown what goes, the newest cannot be',
    run: async ({ lab }) => {
      const { page } = lab;
      await versions(page).first().locator('.jp-Replica-rowIcon').click();
      await page.keyboard.press('Delete');
      expectThat((await page.getByRole('dialog').count()) === 0, 'The newest version could be deleted.');
      await versions(page).nth(1).locator('.jp-Replica-rowIcon').click();
      await page.keyboard.press('Delete');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/^7 objects, /).waitFor();
      await expectNoSeriousFindings(page, '.jp-Dialog');
      await lab.screenshot('dataset-delete');
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await toastOf(page, 'Deleted 7 objects').first().waitFor();
      await versions(page).nth(1).waitFor({ state: 'detached' });
      await closeToasts(page);
    }
  },
  {
    name: 'an export goes on while the page is loaded again, and is cancelled from the list',
    run: async ({ lab }) => {
      const { page } = lab;
      // Two minutes, in batches that are told one by one.
      const sql = 'SELECT g, md5(g::text), pg_sleep(0.02) FROM generate_series(1, 6000) g';
      await exportToFile(lab, sql, 'checks/slow.parquet');
      const row = exportOf(page, 'slow.parquet');
      await row.getByText(/rows|%/).waitFor({ timeout: 30_000 });
      await page.reload();
      await lab.restored();
      await row.and(page.locator('[data-state="running"]')).waitFor();
      const notice = toastOf(page, 'checks/slow.parquet').filter({ hasText: /rows read, .* sent/ });
      await notice.waitFor();
      await lab.screenshot('export-running');
      await row.getByRole('button', { name: 'Cancel the export checks/slow.parquet' }).click();
      await row.and(page.locator('[data-state="cancelled"]')).waitFor();
      await toastOf(page, 'Export cancelled. Nothing was written to').first().waitFor();
      await closeToasts(page);
    }
  },
  {
    name: 'an export over what is there fails, and replaces it when told to',
    run: async ({ lab, bucket }) => {
      const { page } = lab;
      const done = toastOf(page, `s3://${bucket}/checks/twice.parquet`).filter({ hasText: /^1 row, / });
      await exportToFile(lab, 'SELECT 1 AS one', 'checks/twice.parquet');
      await done.waitFor();
      await closeToasts(page);
      await done.waitFor({ state: 'detached' });
      await exportToFile(lab, 'SELECT 1 AS one', 'checks/twice.parquet');
      await toastOf(page, 'Export failed. There is already an object').first().waitFor();
      await closeToasts(page);
      const again = 'Export checks/twice.parquet again and replace what is there';
      await page.getByRole('button', { name: again }).click();
      await done.waitFor();
      await closeToasts(page);
    }
  },
  {
    name: 'an export runs on Spark on this machine, is followed in the list, and has the rows of the table',
    run: async ({ lab, bucket }) => {
      const { page } = lab;
      await exportOnSpark(lab, 'checks/spark-orders', 'export-dialog-spark');
      const row = exportOf(page, 'spark-orders');
      await row.getByText(/Spark: writing, \d+ of \d+ parts/).waitFor({ timeout: 60_000 });
      await lab.screenshot('export-spark');
      await row.and(page.locator('[data-state="done"]')).waitFor({ timeout: 60_000 });
      const notebook = await NotebookPage.openNew(lab);
      await notebook.run(
        `from db_connection import db; db.dataset("s3://${bucket}/checks/spark-orders").to_arrow().num_rows == db.query("SELECT count(*) FROM orders").iloc[0, 0]`
      );
      await notebook.outputs('True').waitFor({ timeout: 60_000 });
      await closeToasts(page);
    }
  },
  {
    name: 'a whole dataset is deleted once its name is typed',
    run: async ({ lab }) => {
      const { page } = lab;
      const row = datasetRow(page, 'checks/spark-orders');
      await row.locator('.jp-Replica-rowIcon').click();
      await page.keyboard.press('Delete');
      const dialog = page.getByRole('dialog');
      const accept = dialog.getByRole('button', { name: 'Delete' });
      await dialog.getByText(/_jobs\/replica-.*\/plan\.json$/).waitFor();
      expectThat(await accept.isDisabled(), 'The dataset could be deleted before its name was typed.');
      await dialog.getByLabel('Type spark-orders to delete it:').fill('spark-orders');
      await expectNoSeriousFindings(page, '.jp-Dialog');
      await lab.screenshot('dataset-delete-whole');
      await accept.click();
      await toastOf(page, 'from s3://').first().waitFor();
      await row.waitFor({ state: 'detached' });
      await closeToasts(page);
    }
  },
  {
    name: 'an export on Spark is cancelled from the list',
    run: async ({ lab }) => {
      const { page } = lab;
      await exportOnSpark(lab, 'checks/spark-cancelled', null);
      const row = exportOf(page, 'spark-cancelled');
      await row.getByText('Spark: ').waitFor({ timeout: 60_000 });
      await row.getByRole('button', { name: 'Cancel the export checks/spark-cancelled' }).click();
      await row.and(page.locator('[data-state="cancelled"]')).waitFor({ timeout: 60_000 });
      await closeToasts(page);
    }
  },
  {
    name: 'exports that have ended are cleared from the list',
    run: async ({ lab }) => {
      const { page } = lab;
      const list = page.locator('.jp-Replica-exports');
      await expectNoSeriousFindings(page, '.jp-Replica-exports');
      await lab.screenshot('exports');
      await page.getByRole('button', { name: 'Clear the exports that have ended' }).click();
      await list.waitFor({ state: 'hidden' });
    }
  }
];

async function exportToFile(lab: LabPage, sql: string, key: string): Promise<void> {
  const started = lab.execute('replica:export', { sql, name: 'checks' });
  const dialog = lab.page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'single file' }).check();
  await dialog.getByLabel('Key').fill(key);
  await dialog.getByRole('button', { name: 'Export' }).click();
  await started;
}

/** All of `orders`, from the menu of its line in the sidebar. */
async function exportOnSpark(lab: LabPage, key: string, screenshot: string | null): Promise<void> {
  const { page } = lab;
  const tree = page.getByRole('tree', { name: 'Schemas, tables and columns' });
  await tree
    .getByRole('treeitem', { name: /^orders, table/ })
    .first()
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Export to Amazon S3…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'dataset' }).check();
  await dialog.getByLabel('Key').fill(key);
  await dialog.getByRole('radio', { name: 'Spark on this machine' }).check();
  if (screenshot !== null) {
    await expectNoSeriousFindings(page, '.jp-Dialog');
    await lab.screenshot(screenshot);
  }
  await dialog.getByRole('button', { name: 'Export' }).click();
}

const exportOf = (page: Page, name: string): Locator =>
  page.locator('.jp-Replica-export').filter({ hasText: name });

const datasets = (page: Page): Locator => page.locator('.jp-Replica-datasets');
const datasetRow = (page: Page, name = DATASET): Locator =>
  datasets(page).getByRole('treeitem', { name: new RegExp(`^${name}, dataset`) });
const versions = (page: Page): Locator => datasets(page).locator('[data-kind="version"]');
const toastOf = (page: Page, text: string): Locator =>
  page.locator('.Toastify__toast').filter({ hasText: text });
const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');

/** Waits for the notification of a finished export of 5,000 rows and closes it, so that the next one is another. */
async function finished(page: Page, uri: string): Promise<void> {
  const done = toastOf(page, uri).filter({ hasText: '5,000 rows, ' });
  await done.waitFor({ timeout: 60_000 });
  await closeToasts(page);
  await done.waitFor({ state: 'detached' });
}

async function closeToasts(page: Page): Promise<void> {
  await page.evaluate(
    "document.querySelectorAll('.jp-Notification-Toast-Close').forEach(button => button.click())"
  );
}
