import type { Client } from 'pg';
import type { LabPage } from './lab-page';
import { NotebookPage } from './notebook';
import { Panel } from './panel';
import { Sidebar } from './sidebar';
import { expectThat, type Step } from './step';

/** What a table's context menu offers. */
const OFFERED = [
  'Preview 100 Rows',
  'Query in a New Panel',
  'Show Details',
  'Insert Name into Cell or Editor',
  'Insert SELECT with All Columns',
  'To DataFrame Cell',
  'Export to Amazon S3…',
  'Copy Quoted Name',
  'Copy as CREATE',
  'Add to Favourites',
  'Refresh Replica Catalog'
];
const ARRIVAL_MS = 20_000;
const PROFILING = `SELECT count(*) AS profiling FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%count(DISTINCT%' AND pid <> pg_backend_pid()`;

/** So that the tree is higher than its place. */
async function inALowWindow({ page }: LabPage, look: () => Promise<void>): Promise<void> {
  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, height: 420 });
  try {
    await look();
  } finally {
    await page.setViewportSize(size);
  }
}

/** Runs on the primary and waits until the standby has it, be it committed or not. */
async function change(admin: Client, ...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await admin.query(statement);
  const { rows } = await admin.query<{ lsn: string }>(
    "SELECT pg_logical_emit_message(false, 'check', '', true)::text AS lsn"
  );
  for (const until = Date.now() + ARRIVAL_MS; ;) {
    const replay = await admin.query<{ there: boolean }>(
      'SELECT coalesce(bool_and(replay_lsn >= $1::pg_lsn), false) AS there FROM pg_stat_replication',
      [rows[0]!.lsn]
    );
    if (replay.rows[0]?.there) return;
    expectThat(Date.now() < until, `The standby has not got ${statements.join('; ')}.`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export const treeSteps: readonly Step[] = [
  {
    name: 'a refresh shows a new table and takes a dropped one away, and keeps selection and scroll',
    run: async ({ lab, openPrimary }) => {
      const sidebar = await Sidebar.open(lab);
      const admin = await openPrimary();
      try {
        await inALowWindow(lab, async () => {
          await sidebar.table('orders').click({ position: { x: 5, y: 5 } });
          await sidebar.tree.press('End');
          const before = { id: await sidebar.selectedId, top: await sidebar.scrollTop };
          expectThat(before.top > 0, 'The tree is not scrolled.');
          await change(
            admin,
            'CREATE TABLE public.aaa_brand_new (n int)',
            'GRANT SELECT ON public.aaa_brand_new TO PUBLIC'
          );
          await sidebar.refresh();
          const after = { id: await sidebar.selectedId, top: await sidebar.scrollTop };
          expectThat(before.id === after.id, `Selected is ${after.id}, not ${before.id}.`);
          expectThat(before.top === after.top, `The tree is scrolled to ${after.top}, not ${before.top}.`);
        });
        await sidebar.search('aaa_brand');
        await sidebar.table('aaa_brand_new').waitFor();
        await change(admin, 'DROP TABLE public.aaa_brand_new');
        await sidebar.refresh();
        await sidebar.table('aaa_brand_new').waitFor({ state: 'detached' });
        await sidebar.search('');
      } finally {
        await admin.query('DROP TABLE IF EXISTS public.aaa_brand_new');
        await admin.end();
      }
    }
  },
  {
    name: 'a table’s menu writes its SELECT and makes it a favourite, and its name is dragged into editor and cell',
    run: async ({ lab }) => {
      const { page } = lab;
      const panel = await Panel.openNew(lab);
      const sidebar = await Sidebar.open(lab);
      const users = sidebar.table('users');
      const select = await sidebar.menuItem(users, 'Insert SELECT with All Columns');
      for (const name of OFFERED) {
        await page.getByRole('menuitem', { name, exact: true }).waitFor();
      }
      await lab.screenshot('context-menu');
      await select.click();
      await panel.editor.getByText('full_name').waitFor();
      await panel.write('SELECT count(*) FROM ');
      await users.locator('[data-part="name"]').dragTo(panel.editor.locator('.cm-line').last());
      await panel.editor.getByText(/users/).waitFor();
      await panel.close();
      const notebook = await NotebookPage.openNew(lab);
      await notebook.addCell('name = ');
      await users.locator('[data-part="name"]').dragTo(notebook.editor.locator('.cm-line').last());
      await notebook.editor.getByText(/name = .*users/).waitFor();
      await (await sidebar.menuItem(users, 'To DataFrame Cell')).click();
      await notebook.frameHeader.waitFor();
      await lab.screenshot('table-to-notebook');
      await notebook.close();
      await (await sidebar.menuItem(users, 'Add to Favourites')).click();
      const favourites = sidebar.rows(/^Favourites/);
      await favourites.waitFor();
      await sidebar.refresh();
      await favourites.locator('[data-part="twisty"]').click();
      // The favourite stands above the schemas, and among them.
      await sidebar
        .rows(/^users, table/)
        .nth(1)
        .waitFor();
      await lab.screenshot('favourites');
      await (await sidebar.menuItem(users, 'Remove from Favourites')).click();
      await favourites.waitFor({ state: 'detached' });
      // A right click in the sidebar leaves JupyterLab's own commands with the tab in front.
      const before = await lab.page.locator('.lm-TabBar-tab.lm-mod-closable').count();
      const spare = await Panel.openNew(lab);
      await spare.editor.waitFor();
      await lab.execute('application:close');
      await lab.page.waitForFunction(
        `document.querySelectorAll('.lm-TabBar-tab.lm-mod-closable').length === ${before}`
      );
    }
  },
  {
    name: 'a catalog that answers slowly holds up neither the tree, nor typing, nor a running query',
    run: async ({ lab, openPrimary }) => {
      const panel = await Panel.openNew(lab);
      await panel.run('SELECT n, pg_sleep(0.02)::text AS pause FROM generate_series(1, 120) n');
      await panel.summary(/so far/).waitFor();
      const sidebar = await Sidebar.open(lab);
      const admin = await openPrimary();
      try {
        // Comments are read from here, and by no statement of a person's.
        await change(admin, 'BEGIN', 'LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE');
        const refreshed = sidebar.refresh();
        await sidebar.node.and(lab.page.locator('[aria-busy="true"]')).waitFor();
        const finance = sidebar.rows(/^finance/).locator('[data-part="twisty"]');
        await finance.click();
        await sidebar.table('invoices').waitFor();
        await finance.click();
        await panel.editor.click();
        await lab.page.keyboard.press('End');
        await lab.page.keyboard.insertText(' -- typed meanwhile');
        await panel.editor.getByText('typed meanwhile').waitFor();
        const other = await Panel.openNew(lab);
        await other.run('SELECT 42 AS answer');
        await other.cell('42').waitFor();
        await other.close();
        await panel.summary(/^120 rows/).waitFor();
        expectThat(await sidebar.isBusy, 'The catalog was read all the same.');
        await admin.query('ROLLBACK');
        await refreshed;
        await sidebar.node.and(lab.page.locator('[aria-busy="false"]')).waitFor();
      } finally {
        await admin.query('ROLLBACK');
        await admin.end();
      }
      await panel.close();
    }
  },
  {
    name: 'Stop ends a profile that reads the table, in the server too',
    run: async ({ lab, openPrimary }) => {
      await lab.execute('replica:open-details', { schema: 'public', relation: 'users' });
      const details = lab.page.getByRole('region', { name: 'Details of users', exact: true });
      await details.getByRole('table', { name: 'Columns' }).waitFor();
      const admin = await openPrimary();
      try {
        await change(admin, 'BEGIN', 'LOCK TABLE public.users IN ACCESS EXCLUSIVE MODE');
        await details.getByRole('button', { name: 'Profile exactly' }).click();
        await details.getByText('Reading the table…').waitFor();
        await details.getByRole('button', { name: 'Stop' }).click();
        await details.getByText('Stopped.').waitFor();
        const observer = await Panel.openNew(lab);
        await observer.run(PROFILING);
        await observer.cell('0').waitFor();
        await observer.close();
      } finally {
        await admin.query('ROLLBACK');
        await admin.end();
      }
      await details.getByRole('button', { name: 'Profile exactly' }).click();
      await details.getByText(/^[\d,]+ rows read, all rows/).waitFor();
      await lab.closeCurrent();
    }
  }
];
