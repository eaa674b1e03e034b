import { readFile } from 'node:fs/promises';
import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

/** A cell of 50 MB beside others that must not wait for it. */
const LONG_CELL = `SELECT n, CASE n WHEN 1 THEN repeat('long ', 10485760) ELSE 'short' END AS word FROM generate_series(1, 3) n`;

const ODD_COLUMNS = `SELECT 9007199254740993 AS constructor, 0.10000000000000000000001 AS "constructor",
  timestamptz '2026-01-02 03:04:05.000006+02' AS " ", NULL::text AS " ", '' AS "a ""quoted"" name", '\\x00ff'::bytea AS raw,
  '{"id": 12345678901234567890, "tags": ["a", {"b": null}]}'::jsonb AS doc, ARRAY[[1,2],[3,4]] AS matrix, ARRAY['x', NULL, 'NULL'] AS words`;

const WIDE = `SELECT ${Array.from({ length: 1_600 }, (_, n) => `n * ${n} AS c${n}`).join(',\n')} FROM generate_series(1, 400) n`;

const statusOf = (lab: LabPage) => lab.page.locator('.jp-ReplicaGrid-status').filter({ visible: true });
const viewerOf = (lab: LabPage) => lab.page.locator('.jp-ReplicaGrid-viewer').filter({ visible: true });
const header = (panel: Panel, name: string) =>
  panel.grid.getByRole('columnheader').filter({ hasText: name }).first();

async function press(lab: LabPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await lab.page.keyboard.press(key);
  }
}

const clipboard = (lab: LabPage): Promise<string> => lab.page.evaluate('navigator.clipboard.readText()');

export const gridSteps: readonly Step[] = [
  {
    name: 'odd columns and exact values stand in the grid as the server has them',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(ODD_COLUMNS);
      await panel.summary(/^1 row /).waitFor();
      for (const text of [
        '9007199254740993',
        '0.10000000000000000000001',
        '2026-01-02 01:04:05.000006+00',
        'NULL',
        '\\x00ff'
      ]) {
        await panel.cell(text).waitFor();
      }
      // Only columns on show have cells.
      await panel.cell('9007199254740993').click();
      await press(lab, 'End');
      await panel.cell('{{1,2},{3,4}}').waitFor();
      await panel.cell('{x,NULL,"NULL"}').waitFor();
      await panel.cell('{"id": 12345678901234567890, "tags": ["a", {"b": null}]}').dblclick();
      await viewerOf(lab).getByText('12345678901234567890').waitFor();
      await lab.screenshot('grid-json');
      await press(lab, 'Escape');
      await panel.run('SELECT');
      await panel.summary(/SELECT 1|1 row/).waitFor();
      await panel.run('SELECT 1 AS a WHERE false');
      await panel.summary(/^0 rows/).waitFor();
    }
  },
  {
    name: 'a cell of 50 MB freezes nothing, and is read when it is looked at',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run(LONG_CELL);
      await panel.cell('short').waitFor();
      await panel.cell('1').click();
      await press(lab, 'ArrowRight', 'Enter');
      await viewerOf(lab).getByText('Show more: 200,000 of 52,428,800 characters so far').waitFor();
      await viewerOf(lab).getByRole('button', { name: 'Close' }).click();
    }
  },
  {
    name: 'a result of 1,600 columns shows the last one, and its header',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run(WIDE);
      await panel.summary(/^400 rows/).waitFor();
      await panel.cell('1').click();
      await press(lab, 'Control+End');
      await panel.cell(String(400 * 1599)).waitFor();
      await header(panel, 'c1599').waitFor();
      const cells = await panel.grid.getByRole('gridcell').count();
      expectThat(cells < 1_000, `${cells} cells exist in the page.`);
    }
  },
  {
    name: 'the rows read are sorted and filtered by keyboard, and the grid says where',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.limit('all rows');
      await panel.run('SELECT id, status, total, created_at FROM orders');
      await panel.summary(/^[\d,]+ rows/).waitFor();
      await panel.cell('1').click();
      await press(lab, 'ArrowRight', 'ArrowRight', 'Control+Home', 'ArrowUp', 'ArrowRight', 'ArrowRight');
      const active = await panel.grid.getAttribute('aria-activedescendant');
      expectThat(active?.endsWith('-header-2') === true, `The focus is on ${active}.`);
      await press(lab, 'Enter');
      await lab.page.getByRole('menuitem', { name: 'Sort descending' }).waitFor();
      await lab.screenshot('grid-menu');
      await lab.page.keyboard.press('ArrowDown');
      await lab.page.getByRole('menuitem', { name: 'Sort descending' }).click();
      await statusOf(lab)
        .getByText(/^Sorted by total ↓ · here, in all [\d,]+ rows$/)
        .waitFor();
      await header(panel, 'status').getByRole('button').click();
      await lab.page.getByRole('menuitem', { name: 'Filter…' }).click();
      await lab.page.getByLabel('Value of status').fill('paid');
      await press(lab, 'Enter');
      await statusOf(lab)
        .getByText(/filtered by status (contains|=) paid · [\d,]+ rows · here, in all/)
        .waitFor();
      await panel.cell('paid').waitFor();
      await expectNoSeriousFindings(lab.page, '.jp-ReplicaQuery:not(.lm-mod-hidden) .jp-ReplicaGrid');
      await lab.screenshot('grid-sorted');
    }
  },
  {
    name: 'a selection is counted, summed and copied, and all rows are downloaded',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await header(panel, 'total').locator('.jp-ReplicaGrid-columnName').click();
      await statusOf(lab)
        .getByText(/[\d,]+ cells · sum [\d,]+\.\d\d · average/)
        .waitFor();
      await panel.cell('paid').click();
      await press(lab, 'Shift+ArrowRight', 'Shift+ArrowDown');
      await statusOf(lab)
        .getByText(/^4 cells · 2 numbers · sum/)
        .waitFor();
      await press(lab, 'Control+c');
      await lab.page.waitForTimeout(200);
      const lines = (await clipboard(lab)).split('\n').map(line => line.split('\t'));
      expectThat(lines.length === 2 && lines[0]?.[0] === 'paid', `Copied was ${JSON.stringify(lines)}.`);
      await statusOf(lab).getByRole('button', { name: 'Copy what is selected' }).click();
      await lab.page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
      await lab.page.waitForTimeout(200);
      const markdown = await clipboard(lab);
      expectThat(
        markdown.startsWith('| status | total |\n| --- | ---: |\n| paid |'),
        `Copied was ${markdown}.`
      );
      const [download] = await Promise.all([
        lab.page.waitForEvent('download'),
        statusOf(lab).getByRole('button', { name: 'CSV' }).click()
      ]);
      const csv = await readFile(await download.path(), 'utf8');
      expectThat(csv.startsWith('id,status,total,created_at\n'), `The CSV begins with ${csv.slice(0, 60)}.`);
      expectThat(!csv.includes(',delivered,'), 'The CSV has rows that the filter leaves out.');
      await statusOf(lab).getByRole('button', { name: 'As read' }).click();
    }
  },
  {
    name: 'columns are frozen, hidden and brought back',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.cell('1').click();
      await press(lab, 'Control+Home', 'ArrowUp', 'Enter');
      await lab.page.getByRole('menuitem', { name: 'Freeze up to this column' }).click();
      await header(panel, 'status').getByRole('button').click();
      await lab.page.getByRole('menuitem', { name: 'Hide this column' }).click();
      await statusOf(lab).getByText('1 hidden').waitFor();
      await lab.screenshot('grid-frozen');
      await statusOf(lab).getByText('1 hidden').click();
      await header(panel, 'status').waitFor();
    }
  },
  {
    name: 'five million rows scroll to the end',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run('SELECT n, n * 2 AS twice FROM generate_series(1, 5000000) n');
      await panel.summary(/^5,000,000 rows/).waitFor({ timeout: 60_000 });
      await panel.grid.focus();
      await press(lab, 'Control+End');
      await panel.cell('10000000').waitFor();
      const box = await panel.grid.boundingBox();
      await lab.page.mouse.move(box!.x + 200, box!.y + 200);
      await lab.page.mouse.wheel(0, -240);
      await panel.cell('4999990').waitFor();
      await panel.limit('10,000 rows');
    }
  }
];
