import type { Locator } from 'playwright-core';
import type { LabPage } from './lab-page';

/** The notebook in front, as a person uses it. */
export class NotebookPage {
  readonly node: Locator;

  constructor(private readonly lab: LabPage) {
    this.node = lab.page.locator('.jp-NotebookPanel').filter({ visible: true });
  }

  static async openNew(lab: LabPage): Promise<NotebookPage> {
    await lab.execute('notebook:create-new', { kernelName: 'python3' });
    const notebook = new NotebookPage(lab);
    await notebook.activeCell.waitFor();
    // A cell that is run before the kernel is there is not run at all.
    await lab.page.evaluate(
      `(async () => { const { sessionContext } = window.jupyterapp.shell.currentWidget;
        await sessionContext.ready; await sessionContext.session.kernel.info; })()`
    );
    return notebook;
  }

  get activeCell(): Locator {
    return this.node.locator('.jp-Cell.jp-mod-active');
  }

  get editor(): Locator {
    return this.activeCell.locator('.cm-content');
  }

  /** The outputs of all cells, or those that hold `text`. */
  outputs(text?: string | RegExp): Locator {
    const all = this.node.locator('.jp-OutputArea-output');
    return text === undefined ? all : all.filter({ hasText: text });
  }

  /** The line above a frame, of the last frame there is. */
  get frameHeader(): Locator {
    return this.node.locator('.jp-ReplicaFrame-header').last();
  }

  button(name: string): Locator {
    return this.frameHeader.getByRole('button', { name, exact: true });
  }

  /** A new cell below with this text, in edit mode, not run. */
  async addCell(source: string): Promise<void> {
    await this.lab.execute('notebook:insert-cell-below');
    await this.lab.execute('notebook:enter-edit-mode');
    await this.lab.page.keyboard.insertText(source);
  }

  /** Until the kernel has nothing to do. */
  async idle(): Promise<void> {
    await this.lab.page.waitForFunction(
      "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    );
  }

  async close(): Promise<void> {
    await this.lab.execute('application:close');
    const dialog = this.lab.page.getByRole('dialog');
    await dialog.getByRole('button', { name: /Discard/ }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async run(source: string): Promise<void> {
    await this.addCell(source);
    await this.lab.execute('notebook:run-cell');
  }
}
