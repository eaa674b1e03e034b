import type { Page } from 'playwright-core';
import { list, number, record } from '../../src/contract/parse';
import { median } from '../measurement';
import type { Figure, Scene } from './scene';

const TREE = '#jp-replica-tree';
const SEARCH = '.jp-Replica-search input';
/** Steps of the scroll; each is a frame. */
const SCROLLS = 60;
const SCROLL_PX = 700;
const SCHEMAS_OPENED = 50;

/** How long the page needs for a frame when the tree is opened, filtered and scrolled, and what the catalog weighs. */
export async function* treeFigures({ lab, schemas, rounds }: Scene): AsyncGenerator<Figure> {
  const { page } = lab;
  const about = { case: 'sidebar', table: `${schemas * 100} tables` };
  const without = await heapWithoutCatalog(page);
  await lab.execute('replica:show-browser');
  const startedAt = performance.now();
  await lab.execute('replica:refresh-catalog');
  await page.locator(`${TREE} [data-kind="schema"]`).first().waitFor();
  yield { ...about, metric: 'open', value: round((performance.now() - startedAt) / 1000, 3), unit: 's' };
  const expand: number[] = [];
  for (let turn = 0; turn < rounds + 1; turn++) {
    await page.locator(TREE).press('Home');
    expand.push(
      await frame(page, `document.querySelector('${TREE} [aria-level="1"] [data-part="twisty"]').click()`)
    );
  }
  yield { ...about, metric: 'expand', value: round(Math.max(...expand.slice(1)), 0), unit: 'ms at most' };
  // JupyterLab may have given the keyboard to what it restored meanwhile.
  await page.locator(TREE).press('*');
  await page.waitForFunction(
    `document.querySelector('.jp-Replica-treeContent').clientHeight > 24 * 100 * ${Math.min(SCHEMAS_OPENED, schemas) - 1}`
  );
  const scroll = await scrolled(page);
  yield { ...about, metric: 'scroll', value: round(median(scroll), 0), unit: 'ms' };
  yield { ...about, metric: 'scroll-most', value: round(Math.max(...scroll), 0), unit: 'ms' };
  const filter: number[] = [];
  const found: number[] = [];
  for (const words of ['s', 'st', 'sta', 'status', 'status 9', 'invcr']) {
    const { frames, shownMs } = parseFilter(await page.evaluate(filtering(words)));
    filter.push(Math.max(...frames));
    found.push(shownMs);
  }
  yield { ...about, metric: 'filter', value: round(Math.max(...filter), 0), unit: 'ms at most' };
  yield { ...about, metric: 'filter-shown', value: round(median(found), 0), unit: 'ms' };
  await page.fill(SEARCH, 'customer_id');
  await page.locator(`${TREE} [data-kind="column"]`).first().waitFor();
  const heap = await heapBytes(page);
  await page.fill(SEARCH, '');
  yield { ...about, metric: 'memory', value: round((heap - without) / 2 ** 20, 1), unit: 'MB' };
}

/** Milliseconds from an action to the end of the frame that shows it. */
async function frame(page: Page, action: string): Promise<number> {
  return number(
    await page.evaluate(`new Promise(resolve => requestAnimationFrame(() => {
      const start = performance.now();
      ${action};
      requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => resolve(performance.now() - start); channel.port2.postMessage(0); });
    }))`)
  );
}

const parseFilter = record({ frames: list(number), shownMs: number });

/**
 * Types words into the search, and gives the time from each frame to the next until what is found is shown and
 * ten more have gone by, and how long that was in all.
 */
function filtering(words: string): string {
  return `new Promise(resolve => requestAnimationFrame(() => {
    const input = document.querySelector('${SEARCH}');
    const content = document.querySelector('.jp-Replica-treeContent');
    const frames = [];
    const from = performance.now();
    let last = from, shown = 0, quiet = 0;
    new MutationObserver(() => { shown = performance.now(); quiet = 0; }).observe(content, { childList: true });
    input.value = '${words}';
    input.dispatchEvent(new Event('input'));
    const look = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (shown && ++quiet > 10) resolve({ frames, shownMs: shown - from });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }))`;
}

/** Work of each frame of a scroll, without the wait for the next one. */
async function scrolled(page: Page): Promise<readonly number[]> {
  return list(number)(
    await page.evaluate(`(async () => {
      const tree = document.querySelector('${TREE}');
      const spent = [];
      for (let step = 0; step < ${SCROLLS}; step++) {
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        tree.scrollTop += ${SCROLL_PX};
        tree.dispatchEvent(new Event('scroll'));
        document.querySelector('.jp-Replica-treeContent').getBoundingClientRect();
        tree.offsetHeight;
        spent.push(performance.now() - start);
      }
      return spent;
    })()`)
  );
}

/** The same page with its catalog refused. */
async function heapWithoutCatalog(page: Page): Promise<number> {
  await page.route('**/v1/catalog?**', route => route.abort());
  await page.route('**/v1/catalog', route => route.abort());
  await page.reload();
  await page.waitForFunction('window.jupyterapp !== undefined');
  await page.evaluate('window.jupyterapp.restored.then(() => undefined)');
  const heap = await heapBytes(page);
  await page.unrouteAll();
  return heap;
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));
