import { list, number, record } from '../../src/contract/parse';
import { Panel } from '../../test/e2e/panel';
import { median } from '../measurement';
import type { Figure, Scene } from './scene';

const ROWS = 5_000_000;
const FRAMES = 120;
/** A drag of the scroll bar over the whole result, and steps of a wheel. */
const SCROLLS = ['drag', 'wheel'] as const;

const parseFrames = record({ frames: list(number), heapBytes: number });

/** From the key to the first row on the page, then frames while a large result is scrolled, and the page's memory. */
export async function* gridFigures({ lab, rounds, scale }: Scene): AsyncGenerator<Figure> {
  const panel = await Panel.openNew(lab);
  const firstRows: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    await panel.write(`SELECT ${round} AS round, n FROM generate_series(1, 1000) n;`);
    const startedAt = performance.now();
    await lab.page.keyboard.press('ControlOrMeta+Enter');
    await panel.cell('1000').or(panel.cell('1')).first().waitFor();
    await panel.summary(/^1,000 rows/).waitFor();
    if (round > 0) firstRows.push((performance.now() - startedAt) / 1000);
  }
  yield {
    case: 'grid',
    table: '1000 rows',
    metric: 'key to result',
    value: round3(median(firstRows)),
    unit: 's'
  };

  const rows = Math.round(ROWS * scale);
  await panel.limit('all rows');
  await panel.run(
    `SELECT n, n * 2 AS twice, md5(n::text) AS word, n / 7.0 AS ratio FROM generate_series(1, ${rows}) n`
  );
  await panel.summary(new RegExp(`^${rows.toLocaleString('en-US')} rows`)).waitFor({ timeout: 300_000 });
  for (const kind of SCROLLS) {
    const { frames, heapBytes } = parseFrames(await lab.page.evaluate(scrolling(kind)));
    const sorted = [...frames].sort((one, other) => one - other);
    const about = { case: `grid, ${kind}`, table: `${rows} rows` };
    yield { ...about, metric: 'frame', value: round3(median(sorted)), unit: 'ms' };
    yield {
      ...about,
      metric: 'frame, 95 %',
      value: round3(sorted[Math.floor(sorted.length * 0.95)]!),
      unit: 'ms'
    };
    yield { ...about, metric: 'page memory', value: round3(heapBytes / 2 ** 20), unit: 'MB' };
  }
}

/** Scrolls a step in each frame and gives what the grid took to show it, layout included. */
function scrolling(kind: (typeof SCROLLS)[number]): string {
  return `(async () => {
    const scroller = [...document.querySelectorAll('.jp-ReplicaGrid-scroller')].find(node => node.offsetParent);
    const frames = [];
    scroller.scrollTop = 0;
    for (let frame = 0; frame < ${FRAMES}; frame++) {
      await new Promise(requestAnimationFrame);
      const startedAt = performance.now();
      ${
        kind === 'drag'
          ? `scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * (frame + 1) / ${FRAMES};
      scroller.dispatchEvent(new Event('scroll'));`
          : "scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: 120, bubbles: true, cancelable: true }));"
      }
      scroller.getBoundingClientRect();
      frames.push(performance.now() - startedAt);
    }
    return { frames, heapBytes: performance.memory ? performance.memory.usedJSHeapSize : 0 };
  })()`;
}

const round3 = (value: number): number => Number(value.toFixed(3));
