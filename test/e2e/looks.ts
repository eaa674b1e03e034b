import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';
import { inDarkTheme } from './theme';

const ROWS = `SELECT status, sum(total) AS revenue, '{"tags": ["a", null], "id": 12345678901234567890}'::jsonb AS doc
FROM orders GROUP BY status ORDER BY 2 DESC`;
const CHART = '.jp-ReplicaChart:not(.lm-mod-hidden)';
const VIEWER = '.jp-ReplicaGrid-viewer:not(.lm-mod-hidden)';
const PANEL = '.jp-ReplicaQuery-split, .jp-ReplicaQuery-footer';
const NARROW_PX = 400;

/** Columns are known here, and the first row is a long time coming. */
const SILENT = `SELECT o.id, o.status, pg_sleep(60)::text AS pause FROM orders o`;

/** Text of the footer's line that is not wholly to be seen. */
const HIDDEN_OF_FOOTER = `(() => {
  const footer = [...document.querySelectorAll('.jp-ReplicaQuery-footer')].find(node => node.offsetParent);
  const box = footer.getBoundingClientRect();
  return [...footer.querySelectorAll('span, button')].filter(node => {
    const { left, right, top, bottom, width } = node.getBoundingClientRect();
    return width > 0 && (left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1);
  }).map(node => node.textContent).join(' | ');
})()`;

/** The picture's words have the colour that the page's have. */
const DRAWN_IN_THEME = `(() => {
  const chart = [...document.querySelectorAll('.jp-ReplicaChart')].find(node => node.offsetParent);
  const probe = document.createElement('span');
  probe.style.color = 'var(--jp-ui-font-color1)';
  chart.append(probe);
  const wanted = getComputedStyle(probe).color;
  probe.remove();
  const words = [...chart.querySelectorAll('svg text')];
  return words.length === 0 || words.every(node => getComputedStyle(node).fill === wanted);
})()`;

async function inBothThemes(lab: LabPage, name: string, look: () => Promise<void>): Promise<void> {
  await look();
  await lab.screenshot(name);
  await inDarkTheme(lab, async () => {
    await look();
    await lab.screenshot(`${name}-dark`);
  });
}

export const lookSteps: readonly Step[] = [
  {
    name: 'panel, cell viewer, chart and plan are readable in both themes',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(ROWS);
      await panel.summary(/^6 rows/).waitFor();
      await inBothThemes(lab, 'panel', () => expectNoSeriousFindings(lab.page, PANEL));
      await panel.grid.getByRole('gridcell').filter({ hasText: '12345678901234567890' }).first().dblclick();
      await lab.page.locator(VIEWER).getByText('12345678901234567890').waitFor();
      await inBothThemes(lab, 'viewer', () => expectNoSeriousFindings(lab.page, VIEWER));
      await lab.page.keyboard.press('Escape');
      await panel.tab('Chart').click();
      await inBothThemes(lab, 'chart', async () => {
        await lab.page.locator(CHART).getByText('Drawn from all 6 rows.').waitFor();
        await lab.page.locator(`${CHART} .jp-ReplicaChart-picture`).locator('svg, canvas').first().waitFor();
        await lab.page.waitForFunction(DRAWN_IN_THEME);
        await expectNoSeriousFindings(lab.page, CHART);
      });
      await panel.button('Explain').click();
      await panel.sentence(/of the estimated cost in/).waitFor();
      await inBothThemes(lab, 'plan-estimated', () => expectNoSeriousFindings(lab.page, PANEL));
      await lab.execute('replica:show-library', { view: 'history' });
      const library = lab.page.locator('.jp-ReplicaLibrary');
      await library.getByRole('searchbox').fill('sum(total)');
      await library
        .getByText(/6 rows/)
        .first()
        .waitFor();
      await inBothThemes(lab, 'library', () => expectNoSeriousFindings(lab.page, '.jp-ReplicaLibrary'));
      await lab.execute('application:toggle-right-area');
      await panel.close();
    }
  },
  {
    name: 'a narrow panel shows all of its footer, and names of columns stand on top before the first row',
    run: async ({ lab }) => {
      const { page } = lab;
      const panel = await Panel.openNew(lab);
      await panel.run('SELECT * FROM analytics.events');
      await panel.summary(/^10,000 of about \S+ rows/).waitFor();
      const size = page.viewportSize()!;
      const area = await page.locator('.jp-ReplicaQuery').filter({ visible: true }).boundingBox();
      await page.setViewportSize({ ...size, width: size.width - Math.round(area!.width) + NARROW_PX });
      try {
        await inBothThemes(lab, 'narrow', async () => {
          await page.waitForFunction(`${HIDDEN_OF_FOOTER} === ''`);
          const summary = await panel.summary(/planner's estimate/).boundingBox();
          expectThat(summary !== null && summary.width < NARROW_PX, 'The panel is not narrow.');
        });
        await panel.run(SILENT);
        await panel.grid.getByRole('columnheader', { name: /^pause/ }).waitFor();
        const waiting = panel.result.getByRole('status', { name: 'Waiting for the first rows' });
        const [bones, header] = [await waiting.boundingBox(), await panel.grid.boundingBox()];
        expectThat(
          bones !== null && header !== null && header.y + header.height <= bones.y + 1,
          'The skeleton does not stand below the names of the columns.'
        );
        await lab.screenshot('waiting');
        await page.keyboard.press('Escape');
        await panel.summary(/^Stopped after 0 rows/).waitFor();
      } finally {
        await page.setViewportSize(size);
      }
      await panel.close();
    }
  }
];
