import { Panel } from './panel';
import { expectThat, type Step } from './step';

/** Joins what is hard to carry: jsonb, arrays, uuid, NaN, bytea, enums, numerics, both kinds of timestamp. */
export const EXPORT_SQL = `
SELECT e.*, o.status, o.total, o.currency, o.note, o.created_at, o.shipped_at
FROM analytics.events e LEFT JOIN orders o ON o.id = e.id - 9007199254740992
ORDER BY e.id`.trim();

export const exportSteps: readonly Step[] = [
  {
    name: 'an export to S3 ends with its address and a button that copies it',
    run: async ({ lab, bucket, exportKey }) => {
      await lab.execute('replica:show-browser');
      const panel = await Panel.openNew(lab);
      await panel.run(EXPORT_SQL);
      await panel.summary(/^10,000 of about/).waitFor();
      await panel.button('all → S3').click();
      const { page } = lab;
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Key').fill(exportKey);
      await lab.screenshot('export-dialog');
      await dialog.getByRole('button', { name: 'Export' }).click();
      const uri = `s3://${bucket}/${exportKey}`;
      const done = page.locator('.Toastify__toast').filter({ hasText: /^[\d,]+ rows, / });
      await done.getByText(uri).waitFor({ timeout: 120_000 });
      await page.locator('.jp-Replica-export[data-state="done"]').first().waitFor();
      await lab.screenshot('export');
      await done.getByRole('button', { name: 'Copy s3:// address' }).click();
      const copied = await page.evaluate('navigator.clipboard.readText()');
      expectThat(copied === uri, `The button copied ${copied}.`);
    }
  }
];
