import type { Locator } from 'playwright-core';
import type { LabPage } from './lab-page';

/** The query panel in front, as a person uses it. */
export class Panel {
  private readonly node: Locator;

  constructor(private readonly lab: LabPage) {
    this.node = lab.page.locator('.jp-ReplicaQuery').filter({ visible: true });
  }

  static async openNew(lab: LabPage): Promise<Panel> {
    await lab.execute('replica:open-panel');
    const panel = new Panel(lab);
    await panel.editor.waitFor();
    return panel;
  }

  get editor(): Locator {
    return this.node.getByRole('textbox', { name: 'SQL' });
  }

  get grid(): Locator {
    return this.node.getByRole('grid', { name: 'Result' });
  }

  get errorMark(): Locator {
    return this.node.locator('.jp-ReplicaQuery-errorMark');
  }

  get alert(): Locator {
    return this.node.getByRole('alert');
  }

  /** Rows, time and bytes in one line, once it says what `pattern` asks for. */
  summary(pattern: RegExp): Locator {
    return this.node.locator('.jp-ReplicaQuery-summary').filter({ hasText: pattern });
  }

  cell(text: string): Locator {
    return this.grid.getByRole('gridcell', { name: text, exact: true }).first();
  }

  button(name: string): Locator {
    return this.node.getByRole('button', { name, exact: true }).filter({ visible: true });
  }

  /** The mark that tells which profile the panel runs on. */
  profile(name: string): Locator {
    return this.node.getByRole('button', { name: new RegExp(`^Runs on ${name}(,|$)`) });
  }

  get result(): Locator {
    return this.node.getByRole('tabpanel').filter({ visible: true });
  }

  parameter(name: string): Locator {
    return this.node.locator(`input[name="${name}"]`);
  }

  part(name: 'parameters' | 'plan' | 'messages'): Locator {
    return this.node.locator(`.jp-ReplicaQuery-${name}`);
  }

  tab(label: string): Locator {
    return this.node.getByRole('tab', { name: label });
  }

  /** The sentence above the plan's picture, or in its place. */
  sentence(pattern: RegExp): Locator {
    return this.node.locator('.jp-ReplicaPlan').getByText(pattern).first();
  }

  /** What has the keyboard, if it is in this part. */
  focused(part: 'grid' | 'footer' | 'plan'): Locator {
    const within = {
      grid: '.jp-ReplicaQuery-result',
      footer: '.jp-ReplicaQuery-footer',
      plan: '.jp-ReplicaPlan'
    };
    return this.node.locator(`${within[part]} :focus`);
  }

  close(): Promise<void> {
    return this.lab.closeCurrent();
  }

  async limit(rows: string): Promise<void> {
    await this.node.getByRole('combobox', { name: 'Row limit' }).selectOption(rows);
  }

  /** Replaces the text of the editor. */
  async write(sql: string): Promise<void> {
    await this.editor.click();
    await this.lab.page.keyboard.press('ControlOrMeta+a');
    await this.lab.page.keyboard.insertText(sql);
  }

  async run(sql: string): Promise<void> {
    // A closing semicolon is followed by nothing that could be completed.
    await this.write(`${sql};`);
    await this.lab.page.keyboard.press('ControlOrMeta+Enter');
  }
}
