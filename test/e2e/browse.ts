import type { Locator, Page } from 'playwright-core';
import { expectNoSeriousFindings } from './accessibility';
import { expectThat, type Step } from './step';

const SCHEMAS = ['analytics', 'finance', 'public', 'support'];

export const browseSteps: readonly Step[] = [
  {
    name: 'the sidebar shows schemas, tables and columns',
    run: async ({ lab, seen }) => {
      await lab.execute('replica:show-browser');
      const tree = treeOf(lab.page);
      for (const schema of SCHEMAS) {
        await schemaRow(tree, schema).waitFor();
      }
      await expand(schemaRow(tree, 'public'));
      await expand(relationRow(tree, 'orders'));
      await tree.getByRole('treeitem', { name: /^total, numeric\(12,2\)/ }).waitFor();
      await tree.getByRole('treeitem', { name: /^user_id, bigint.*refers to public\.users\.id/ }).waitFor();
      seen['tables'] = await countRelations(tree);
      await launcherCard(lab.page).waitFor();
      await expectNoSeriousFindings(lab.page, '.jp-Replica-browser');
      await lab.screenshot('sidebar');
    }
  },
  {
    name: 'a click on a table previews 100 rows',
    run: async ({ lab }) => {
      await relationRow(treeOf(lab.page), 'orders').locator('[data-part="name"]').click();
      const grid = lab.page.getByRole('grid', { name: 'Result' }).filter({ visible: true });
      await grid.getByRole('columnheader', { name: /^total/ }).waitFor();
      // The header is a row too.
      await lab.page.locator('[role="grid"][aria-rowcount="101"]').filter({ visible: true }).waitFor();
      await grid.getByRole('gridcell', { name: '1', exact: true }).first().waitFor();
      await lab.screenshot('preview');
    }
  }
];

export function launcherCard(page: Page): Locator {
  return page.locator('.jp-LauncherCard').filter({ hasText: 'Replica Query' });
}

function treeOf(page: Page): Locator {
  return page.getByRole('tree', { name: 'Schemas, tables and columns' });
}

function schemaRow(tree: Locator, name: string): Locator {
  return tree.locator('[data-kind="schema"]').filter({ hasText: new RegExp(`^${name}\\d`) });
}

function relationRow(tree: Locator, name: string): Locator {
  return tree.getByRole('treeitem', { name: new RegExp(`^${name}, (table|view)`) });
}

async function expand(row: Locator): Promise<void> {
  if ((await row.getAttribute('aria-expanded')) === 'false') {
    await row.locator('[data-part="twisty"]').click();
  }
}

/** As each schema's row tells. */
async function countRelations(tree: Locator): Promise<number> {
  const details = await tree.locator('[data-kind="schema"] .jp-Replica-rowDetail').allTextContents();
  const counts = details.map(Number);
  expectThat(counts.length >= SCHEMAS.length, `The tree shows ${counts.length} schemas.`);
  return counts.reduce((sum, schemaCount) => sum + schemaCount, 0);
}
