import type { BrowserContext, Locator, Page } from 'playwright-core';
import { parseActivity, type Activity } from '../../src/contract/activity';
import { expectThat, type Step } from './step';

/** Three seconds above the first warning: as soon as nobody has touched anything for so long, it is due. */
const SHORT_TIMEOUT_MINUTES = 15.05;

export const autoStopSteps: readonly Step[] = [
  {
    name: 'the status bar counts down to the stop',
    run: async ({ lab }) => {
      await statusBar(lab.page)
        .getByText(/^Auto-stop in \d/)
        .waitFor();
    }
  },
  {
    name: 'the popup says that nothing is stopped here and gives the keyboard back',
    run: async ({ lab }) => {
      const { page } = lab;
      await status(page).focus();
      await page.keyboard.press('Enter');
      await popup(page).getByText('Nothing will stop this machine').waitFor();
      await lab.screenshot('auto-stop-not-here');
      await popup(page).press('Escape');
      await popup(page).waitFor({ state: 'detached' });
      await page.waitForFunction("document.activeElement?.textContent?.startsWith('Auto-stop')");
    }
  },
  {
    name: 'a warning comes before the stop, in two tabs, and one tab keeps the instance alive',
    run: async ({ lab }) => {
      const { page } = lab;
      await asOnAnInstance(page.context(), async () => {
        const other = await page.context().newPage();
        // Two tabs cannot share a workspace.
        await other.goto(new URL('/lab/workspaces/second', page.url()).href);
        await other.waitForFunction('window.jupyterapp !== undefined');
        await other.evaluate('window.jupyterapp.restored.then(() => undefined)');
        await refreshUntil(other, warning(other));
        await refreshUntil(page, warning(page));
        await lab.screenshot('auto-stop-warning');
        await warning(other).getByRole('button', { name: 'Keep alive 1 h' }).click();
        await warning(other).waitFor({ state: 'detached' });
        await warning(page).waitFor({ state: 'detached' });
        await other.close();
        await statusBar(page)
          .getByText(/^Auto-stop in (1 h|59 min)$/)
          .waitFor();
      });
    }
  },
  {
    name: 'the popup shows the wish to stay on, and takes it back',
    run: async ({ lab }) => {
      const { page } = lab;
      await asOnAnInstance(page.context(), async () => {
        await refreshUntil(page, statusBar(page).getByText(/^Auto-stop in (1 h|59 min)$/));
        await status(page).click();
        await popup(page)
          .getByText(/Kept alive until/)
          .waitFor();
        await lab.screenshot('auto-stop-popup');
        await popup(page).getByRole('button', { name: 'Undo' }).click();
        await statusBar(page)
          .getByText(/^Auto-stop in 1[56] min$/)
          .waitFor();
        await page.keyboard.press('Escape');
      });
      await refreshUntil(page, statusBar(page).getByText(/not here/));
    }
  }
];

const statusBar = (page: Page): Locator => page.locator('#jp-main-statusbar');
const status = (page: Page): Locator => statusBar(page).getByRole('button', { name: /^Auto-stop/ });
const popup = (page: Page): Locator => page.getByRole('dialog', { name: 'Auto-stop' });
const warning = (page: Page): Locator =>
  page.locator('.Toastify__toast', { hasText: 'This instance stops in' });

/** The gateway's own answers, but on an instance that is stopped and soon. */
async function asOnAnInstance(context: BrowserContext, run: () => Promise<void>): Promise<void> {
  const pattern = '**/jupyterlab-replica/v1/activity{,/keep-awake}*';
  await context.route(pattern, async route => {
    const response = await route.fetch();
    const activity: Activity = {
      ...parseActivity(await response.json()),
      stopper: 'sagemaker',
      idleTimeoutMinutes: SHORT_TIMEOUT_MINUTES
    };
    await route.fulfill({ response, json: activity });
  });
  try {
    await run();
  } finally {
    await context.unroute(pattern);
  }
}

/** Looks again as a page does that was asleep, until what is awaited is there. */
async function refreshUntil(page: Page, awaited: Locator): Promise<void> {
  for (let tries = 0; tries < 40 && !(await awaited.isVisible()); tries++) {
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    await page.waitForTimeout(500);
  }
  expectThat(await awaited.isVisible(), `Auto-stop shows "${await status(page).textContent()}" instead.`);
}
