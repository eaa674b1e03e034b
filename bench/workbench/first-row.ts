import { number } from '../../src/contract/parse';
import { Panel } from '../../test/e2e/panel';
import { median } from '../measurement';
import type { Figure, Scene } from './scene';

/**
 * Each row tells when it was made, a third of a second after the one before it. The server sends what it has when eight
 * kilobytes are full, and what is larger than twice that at once.
 */
const SLOW = `SELECT pg_sleep(0.3)::text AS pause, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS made,
  repeat('filler ', 4000) AS filler FROM generate_series(1, 20) n`;

/** From the moment a first row exists in the server to the frame that shows it, while the statement runs on. */
export async function* firstRowFigures({ lab, rounds }: Scene): AsyncGenerator<Figure> {
  const panel = await Panel.openNew(lab);
  const waits: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    await panel.write(`${SLOW}; -- ${round}`);
    await lab.page.keyboard.press('Home');
    const seen = lab.page.evaluate(SEEN);
    await lab.page.keyboard.press('ControlOrMeta+Enter');
    const waited = number(await seen);
    if (round > 0) waits.push(waited);
    await panel.button('Stop').click();
    await panel.summary(/^Stopped after/).waitFor();
  }
  await panel.close();
  yield {
    case: 'first row',
    table: 'slow rows',
    metric: 'made to shown',
    value: Math.round(median(waits)),
    unit: 'ms'
  };
}

/** Milliseconds from the time in the first row to the end of the frame with it. Rows of the run before do not count. */
const SEEN = `new Promise(resolve => {
  const from = Date.now();
  const look = () => {
    const made = [...document.querySelectorAll('.jp-ReplicaGrid [role="gridcell"]')]
      .filter(cell => cell.offsetParent && /^\\d{13}$/.test(cell.textContent))
      .map(cell => Number(cell.textContent))
      .find(time => time > from);
    if (made === undefined) requestAnimationFrame(look);
    else requestAnimationFrame(() => resolve(Date.now() - made));
  };
  look();
})`;
