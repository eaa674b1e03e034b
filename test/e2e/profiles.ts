import { expectNoSeriousFindings } from './accessibility';
import type { LabPage } from './lab-page';
import { Panel } from './panel';
import { expectThat, type Step } from './step';

/** What the check gives the gateway to choose from; both lead to the same replica, and the second is marked. */
export const CHECK_PROFILES = ['demo', 'demo-prod'] as const;

export const profileSteps: readonly Step[] = [
  {
    name: 'another profile is chosen, marked in red, and kept by its panels',
    run: async ({ lab }) => {
      const [usual, production] = CHECK_PROFILES;
      const choice = lab.page.getByRole('combobox', { name: 'Connection profile' });
      await lab.execute('replica:show-browser');
      const first = await Panel.openNew(lab);
      await first.profile(usual).waitFor();
      await choice.selectOption(production);
      await lab.page.locator('.jp-Replica-connection.jp-mod-production').waitFor();
      const second = await Panel.openNew(lab);
      await second.run('SELECT 1 AS one');
      await second.summary(/1 row/).waitFor();
      await second.profile(production).waitFor();
      await isRed(lab);
      await expectNoSeriousFindings(lab.page, '.jp-Replica-connection');
      await lab.screenshot('profiles');
      await second.profile(production).click();
      await lab.page.getByRole('menuitem', { name: `Open this query on ${usual}` }).click();
      await second.profile(usual).waitFor();
      await choice.selectOption(usual);
      await lab.page.locator('.jp-Replica-connection:not(.jp-mod-production)').waitFor();
    }
  }
];

async function isRed({ page }: LabPage): Promise<void> {
  const [color, error] = await page.evaluate<readonly string[]>(`(() => {
    const button = document.querySelector('.jp-ReplicaQuery .jp-mod-production button');
    const probe = document.createElement('span');
    probe.style.color = 'var(--jp-error-color1)';
    button.append(probe);
    const colors = [getComputedStyle(button).color, getComputedStyle(probe).color];
    probe.remove();
    return colors;
  })()`);
  expectThat(color === error, `The profile in production is ${color}, not ${error}.`);
}
