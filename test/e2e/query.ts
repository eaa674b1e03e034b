import { parseHealth } from '../../src/contract/connection';
import { launcherCard } from './browse';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

/** Ten seconds of rows that come in bit by bit. */
const SLOW = `SELECT n, repeat('slow ', 100) AS filler, pg_sleep(0.01)::text AS pause FROM generate_series(1, 1000) AS n`;

const STILL_RUNNING = `
SELECT count(*) AS still_running FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`;

/** The gateway tells its process id to whoever is logged in. */
async function gatewayPid(lab: LabPage): Promise<number> {
  const health = await lab.page.evaluate(
    "fetch('/jupyterlab-replica/v1/health').then(reply => reply.json())"
  );
  return parseHealth(health).pid;
}

export const querySteps: readonly Step[] = [
  {
    name: 'the launcher opens a panel, whose editor completes names of the catalog',
    run: async ({ lab }) => {
      await lab.page.locator('.lm-TabBar-tab').filter({ hasText: 'Launcher' }).click();
      await launcherCard(lab.page).click();
      const panel = new Panel(lab);
      await panel.write('SELECT * FROM ');
      await lab.page.keyboard.type('order_it');
      await lab.page.locator('.cm-tooltip-autocomplete').getByText('order_items').first().waitFor();
      await lab.page.keyboard.press('Escape');
    }
  },
  {
    name: 'Ctrl+Enter runs the statement and shows its rows',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run(
        'SELECT status, count(*) AS orders, sum(total) AS revenue\nFROM orders\nGROUP BY status\nORDER BY status'
      );
      await panel.summary(/^6 rows/).waitFor();
      await panel.cell('delivered').waitFor();
      await lab.screenshot('query-panel');
    }
  },
  {
    name: 'rows appear while the statement runs, and Stop ends it in the server',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run(SLOW);
      await panel.summary(/^[1-9]\d* rows? so far/).waitFor();
      await panel.cell('1').waitFor();
      await lab.screenshot('running');
      const askedAt = performance.now();
      await panel.button('Stop').click();
      await panel.summary(/^Stopped after [1-9]/).waitFor();
      const waitedMs = performance.now() - askedAt;
      expectThat(waitedMs < 2000, `Stop took ${Math.round(waitedMs)} ms.`);
      await panel.run(STILL_RUNNING);
      await panel.summary(/^1 row /).waitFor();
      await panel.cell('0').waitFor();
    }
  },
  {
    name: 'a killed gateway is told within two seconds and the next query works',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run(SLOW);
      await panel.summary(/^[1-9]\d* rows? so far/).waitFor();
      const killedAt = performance.now();
      process.kill(await gatewayPid(lab), 'SIGKILL');
      await panel.alert.first().waitFor();
      const waitedMs = performance.now() - killedAt;
      expectThat(waitedMs < 2000, `The error came after ${Math.round(waitedMs)} ms.`);
      await lab.screenshot('gateway-killed');
      await panel.run('SELECT 42 AS answer');
      await panel.summary(/^1 row /).waitFor();
      await panel.cell('42').waitFor();
    }
  },
  {
    name: 'an error shows what PostgreSQL says and marks the place',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run('SELECT id, totl FROM orders');
      await panel.alert.getByText('column "totl" does not exist').first().waitFor();
      const marked = await panel.errorMark.textContent();
      expectThat(marked === 'totl', `The mark is under "${marked}".`);
      await lab.screenshot('error');
    }
  },
  {
    name: 'a result beyond the row limit says where it was cut',
    run: async ({ lab }) => {
      const panel = new Panel(lab);
      await panel.run('SELECT * FROM analytics.events');
      await panel.summary(/^10,000 of about \S+ rows/).waitFor();
      await panel.cell('9007199254740993').waitFor();
      await lab.screenshot('cut');
    }
  },
  {
    name: 'a reload brings the panel and its result back',
    run: async ({ lab }) => {
      await lab.reload('FROM analytics.events');
      const panel = new Panel(lab);
      await panel.summary(/^10,000 of about \S+ rows/).waitFor();
      await panel.cell('9007199254740993').waitFor();
    }
  }
];
