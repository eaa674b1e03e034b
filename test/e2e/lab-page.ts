import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { StepFailure } from './step';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

export interface LabPageOptions {
  /** JupyterLab with its token. */
  readonly url: string;
  /** The browser's executable. */
  readonly chromium: string;
  readonly screenshots: string;
}

/** JupyterLab in a real browser, restored and ready, without what an earlier visit left open. */
export class LabPage {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly screenshots: string
  ) {}

  static async open(options: LabPageOptions): Promise<LabPage> {
    const browser = await chromium.launch({ executablePath: options.chromium, args: FLAGS });
    try {
      const context = await browser.newContext({
        viewport: { width: 1360, height: 850 },
        deviceScaleFactor: 1,
        permissions: ['clipboard-read', 'clipboard-write']
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(withReset(options.url));
      const lab = new LabPage(browser, page, options.screenshots);
      await lab.restored();
      return lab;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Reloads once JupyterLab has saved a workspace that holds `text`, which it does a moment after a change. */
  async reload(text: string): Promise<void> {
    for (let tries = 0; !(await this.workspace()).includes(text); tries++) {
      if (tries === 40) {
        throw new StepFailure(`JupyterLab's saved workspace does not hold "${text}".`);
      }
      await this.page.waitForTimeout(250);
    }
    await this.page.reload();
    await this.restored();
  }

  /** Runs a command of JupyterLab. */
  async execute(command: string, args: Record<string, unknown> = {}): Promise<void> {
    await this.page.evaluate(
      `window.jupyterapp.commands.execute(${JSON.stringify(command)}, ${JSON.stringify(args)}).then(() => undefined)`
    );
  }

  /** Closes what is in front of the main area. */
  async closeCurrent(): Promise<void> {
    await this.page.evaluate('window.jupyterapp.shell.currentWidget.close()');
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(this.screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`) });
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  private workspace(): Promise<string> {
    return this.page.evaluate("fetch('/lab/api/workspaces/default').then(reply => reply.text())");
  }

  async restored(): Promise<void> {
    await this.page.waitForFunction('window.jupyterapp !== undefined', undefined, { timeout: 60_000 });
    await this.page.evaluate('window.jupyterapp.restored.then(() => undefined)');
  }
}

function withReset(url: string): string {
  const address = new URL(url);
  address.searchParams.set('reset', '');
  return address.href;
}
