import type { LabPage } from './lab-page';

/** Looks at the page in JupyterLab's dark theme, and puts the light one back. */
export async function inDarkTheme(lab: LabPage, look: () => Promise<void>): Promise<void> {
  await use(lab, 'JupyterLab Dark', false);
  try {
    await look();
  } finally {
    await use(lab, 'JupyterLab Light', true);
  }
}

async function use(lab: LabPage, theme: string, isLight: boolean): Promise<void> {
  await lab.execute('apputils:change-theme', { theme });
  await lab.page.locator(`body[data-jp-theme-light="${isLight}"]`).waitFor({ state: 'attached' });
  // JupyterLab lays its splash over the page until the theme is there.
  await lab.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}
