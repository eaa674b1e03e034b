import type { Locator, Page } from 'playwright-core';
import { expectNoSeriousFindings } from './accessibility';
import { expectThat, type Step } from './step';
import { inDarkTheme } from './theme';

/** Letters typed within this time make one name. */
const TYPE_AHEAD_MS = 750;
const SIDEBAR = '.jp-Replica-browser';

export const catalogSteps: readonly Step[] = [
  {
    name: 'the keyboard alone finds a column, follows a foreign key and shows details',
    run: async ({ lab }) => {
      const { page } = lab;
      await lab.execute('replica:show-browser');
      await treeOf(page).focus();
      await page.keyboard.press('/');
      await page.keyboard.type('usr_id');
      const found = treeOf(page).getByRole('treeitem', { name: /^user_id/ });
      await found.first().waitFor();
      expectThat(
        (await found.first().locator('mark').count()) > 0,
        'The search is not marked in what it met.'
      );
      await expectNoSeriousFindings(page, SIDEBAR);
      await lab.screenshot('catalog-search');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await selected(page, /^orders, table/, 'orders');
      await page.keyboard.press('ArrowRight');
      await treeOf(page)
        .getByRole('treeitem', { name: /^user_id, bigint/ })
        .waitFor();
      await page.waitForTimeout(TYPE_AHEAD_MS);
      await selected(page, /^user_id, bigint/, 'user_id');
      await page.locator(`${SIDEBAR} [aria-selected="true"] .jp-Replica-profilePicture`).waitFor();
      await lab.screenshot('catalog-profile');
      await page.keyboard.press('Enter');
      await page.locator(`${SIDEBAR} [aria-selected="true"][data-row*='"users"']`).waitFor();
      await page.keyboard.press('Home');
      await page.waitForTimeout(TYPE_AHEAD_MS);
      await selected(page, /^orders, table/, 'orders');
      await page.keyboard.press('Alt+Enter');
      await details(page, 'orders')
        .getByRole('heading', { name: /public\.orders/ })
        .waitFor();
    }
  },
  {
    name: 'the details show keys, indexes and profiles, and lead on',
    run: async ({ lab }) => {
      const { page } = lab;
      const orders = details(page, 'orders');
      await orders.getByRole('table', { name: 'Columns' }).waitFor();
      await orders.getByRole('table', { name: 'Indexes' }).waitFor();
      await orders.locator('.jp-Replica-profilePicture').first().waitFor();
      await expectNoSeriousFindings(page, '.jp-Replica-details');
      await lab.screenshot('details');
      await orders.getByRole('button', { name: 'users.id' }).click();
      const users = details(page, 'users');
      await users.getByRole('table', { name: 'Referenced by' }).waitFor();
      await users.getByRole('button', { name: 'orders', exact: true }).first().click();
      await orders.waitFor();
      await lab.execute('application:close');
      await users.waitFor();
      await lab.execute('application:close');
    }
  },
  {
    name: 'the palette goes to a column of any table',
    run: async ({ lab }) => {
      const { page } = lab;
      await lab.execute('replica:find');
      await page.keyboard.type('order stat');
      const options = page.getByRole('listbox', { name: 'Tables and columns' }).getByRole('option');
      await options.filter({ hasText: 'status' }).first().waitFor();
      await expectNoSeriousFindings(page, '.jp-Replica-quickOpen');
      await lab.screenshot('quick-open');
      await page.keyboard.press('Enter');
      await page.locator(`${SIDEBAR} [aria-selected="true"][data-kind="column"]`).waitFor();
    }
  },
  {
    name: 'sidebar and details are readable in the dark theme',
    run: async ({ lab }) => {
      const { page } = lab;
      await lab.execute('replica:open-details', { schema: 'public', relation: 'orders' });
      await details(page, 'orders').getByRole('table', { name: 'Columns' }).waitFor();
      await inDarkTheme(lab, async () => {
        await expectNoSeriousFindings(page, SIDEBAR);
        await expectNoSeriousFindings(page, '.jp-Replica-details');
        await lab.screenshot('details-dark');
      });
      await lab.execute('application:close');
    }
  }
];

/** Types a name in the tree until its row is the selected one. */
async function selected(page: Page, name: RegExp, letters: string): Promise<void> {
  await page.keyboard.type(letters);
  const row = treeOf(page).getByRole('treeitem', { name }).and(page.locator('[aria-selected="true"]'));
  await row.first().waitFor();
}

function treeOf(page: Page): Locator {
  return page.getByRole('tree', { name: 'Schemas, tables and columns' });
}

function details(page: Page, relation: string): Locator {
  return page.getByRole('region', { name: `Details of ${relation}`, exact: true }).filter({ visible: true });
}
