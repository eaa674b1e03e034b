import { Panel } from './panel';
import { expectThat, type Step } from './step';

const SQL = 'SELECT id, user_id, status, total, created_at FROM orders ORDER BY id LIMIT 1000';

/** As teams write it, in the kernel that the DataFrame cell runs in. */
const AS_TEAMS_WRITE = `
from db_connection import db, test_connection
import pandas as pd
assert test_connection()
sums = df.groupby("status").agg({"total": "sum", "id": "count"})
count = db.query("SELECT COUNT(*) AS count FROM public.orders")
df.to_parquet("s3://jao-dev-data-science/checks/frame.parquet")
again = pd.read_parquet("s3://jao-dev-data-science/checks/frame.parquet")
print("groups", len(sums), "orders", count["count"][0], "read back", len(again))
`;

export const dataFrameSteps: readonly Step[] = [
  {
    name: 'a DataFrame cell opens a notebook and shows the frame',
    run: async ({ lab }) => {
      const panel = await Panel.openNew(lab);
      await panel.run(SQL);
      await panel.summary(/^1,000 rows/).waitFor();
      await panel.button('→ DataFrame').click();
      const { page } = lab;
      await page.locator('.jp-OutputArea-output table.dataframe').waitFor({ timeout: 60_000 });
      const source = await page.locator('.jp-Notebook .jp-CodeCell .cm-content').first().innerText();
      expectThat(source.includes('db.query('), `The cell says ${source}.`);
      await lab.screenshot('data-frame');
    }
  },
  {
    name: 'the helper works in a cell as teams write it',
    run: async ({ lab, seen }) => {
      const { page } = lab;
      await lab.execute('notebook:insert-cell-below');
      await lab.execute('notebook:enter-edit-mode');
      await page.keyboard.insertText(AS_TEAMS_WRITE.trim());
      await lab.execute('notebook:run-cell');
      const output = page.locator('.jp-OutputArea-output').filter({ hasText: /groups \d|Error/ });
      const text = await output.last().innerText({ timeout: 60_000 });
      const found = /groups 6 orders (\d+) read back 1000/.exec(text);
      expectThat(found !== null, `The cell printed ${text}`);
      seen['orders'] = Number(found[1]);
    }
  }
];
