import type { LabPage } from './lab-page';

/** Looks at the page in another theme and brings the light one back. */
export async function withTheme(lab: LabPage, theme: string, look: () => Promise<void>): Promise<void> {
  const themed = (light: boolean) =>
    lab.page.locator(`body[data-jp-theme-light="${light}"]`).waitFor({ state: 'attached' });
  await lab.execute('apputils:change-theme', { theme });
  await themed(false);
  try {
    await look();
  } finally {
    await lab.execute('apputils:change-theme', { theme: 'JupyterLab Light' });
    await themed(true);
  }
}
