import type { Locator } from 'playwright-core';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

const ROWS = `SELECT id, status, total FROM orders WHERE id <= 50 ORDER BY id`;
const MOMENT = 'SELECT clock_timestamp()::text AS moment, :n::int AS n';

async function press(lab: LabPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await lab.page.keyboard.press(key);
}

/** Presses the key until the focused line of the open menu says `label`, then Enter. */
async function choose(lab: LabPage, label: string): Promise<void> {
  const wanted = lab.page.locator('.lm-Menu-item.lm-mod-active').filter({ hasText: label });
  for (let tries = 0; (await wanted.count()) === 0; tries++) {
    expectThat(tries < 20, `The menu has no line "${label}".`);
    await press(lab, 'ArrowDown');
  }
  await press(lab, 'Enter');
}

/** Runs by the key, and waits for a moment that is not the one shown before. */
async function runsAgain(lab: LabPage, moment: Locator): Promise<void> {
  const before = await moment.textContent();
  await press(lab, 'ControlOrMeta+Enter');
  await moment.filter({ hasNotText: before ?? '' }).waitFor();
}

export const keySteps: readonly Step[] = [
  {
    name: 'the grid is moved in, selected, copied, sorted, filtered, read and closed by keyboard alone',
    run: async ({ lab }) => {
      const { page } = lab;
      const panel = await Panel.openNew(lab);
      const status = page.locator('.jp-ReplicaGrid-status').filter({ visible: true });
      await page.keyboard.insertText(`${ROWS};`);
      await press(lab, 'Escape', 'ControlOrMeta+Enter');
      await panel.summary(/^50 rows/).waitFor();
      await panel.cell('1').waitFor();
      await press(lab, 'F6');
      await panel.focused('grid').waitFor();
      await press(lab, 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight');
      await status.getByText(/^4 cells/).waitFor();
      await press(lab, 'Control+c');
      await page.waitForFunction(
        'navigator.clipboard.readText().then(text => /^2\\t\\w+\\n3\\t\\w+$/.test(text))'
      );
      await press(lab, 'Control+Home', 'ArrowUp', 'Enter');
      await choose(lab, 'Sort descending');
      await status.getByText(/^Sorted by id ↓/).waitFor();
      await panel.cell('50').waitFor();
      await press(lab, 'Control+Home', 'ArrowUp', 'ArrowRight', 'Enter');
      await choose(lab, 'Filter…');
      await page.getByLabel('Value of status').waitFor();
      await page.keyboard.type('paid');
      await press(lab, 'Enter');
      await status.getByText(/filtered by status .* rows · here/).waitFor();
      await press(lab, 'Control+Home', 'ArrowRight', 'Enter');
      const viewer = page.locator('.jp-ReplicaGrid-viewer').filter({ visible: true });
      await viewer.getByText('paid', { exact: true }).waitFor();
      await press(lab, 'Escape');
      await viewer.waitFor({ state: 'hidden' });
      await panel.focused('grid').waitFor();
      await press(lab, 'Alt+w');
      await panel.grid.filter({ hasText: 'paid' }).waitFor({ state: 'hidden' });
    }
  },
  {
    name: 'the panel’s keys are heard in the editor, in a field and in the grid',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.write(`${MOMENT};`);
      const field = panel.parameter('n');
      await field.fill('7');
      await press(lab, 'ControlOrMeta+Enter');
      const moment = panel.grid.getByRole('gridcell').first();
      await panel.cell('7').waitFor();
      const places: Readonly<Record<string, () => Promise<void>>> = {
        editor: () => panel.editor.focus(),
        field: () => field.focus(),
        grid: () => panel.cell('7').click()
      };
      for (const [place, focus] of Object.entries(places)) {
        await focus();
        await runsAgain(lab, moment);
        await focus();
        await press(lab, 'ControlOrMeta+Shift+e');
        await panel.sentence(/of the estimated cost in/).waitFor();
        await panel.tab('Result').click();
        await panel.write(`${MOMENT};`);
        await focus();
        await press(lab, 'Alt+Shift+f');
        await panel.editor.getByText('moment,', { exact: false }).waitFor();
        const lines = panel.editor.locator('.cm-line');
        await lab.page.waitForFunction(
          "[...document.querySelectorAll('.jp-ReplicaQuery:not(.lm-mod-hidden) .cm-content')].some(node => node.offsetParent && node.querySelectorAll('.cm-line').length > 2)"
        );
        expectThat((await lines.count()) > 2, `The SQL is not laid out from the ${place}.`);
        await focus();
        await press(lab, place === 'grid' ? 'Shift+F6' : 'F6');
        const inGrid = panel.focused('grid');
        const isMoved = place === 'grid' ? panel.editor.and(lab.page.locator(':focus')) : inGrid;
        if (place !== 'field') await isMoved.waitFor();
      }
      await panel.close();
    }
  }
];
