import type { Locator, Page } from 'playwright-core';
import { number } from '../../src/contract/parse';
import type { LabPage } from './lab-page';

const TREE = '#jp-replica-tree';

/** The sidebar with schemas and tables, as a person uses it. */
export class Sidebar {
  readonly node: Locator;
  private readonly page: Page;

  private constructor(private readonly lab: LabPage) {
    this.page = lab.page;
    this.node = lab.page.locator('.jp-Replica-browser');
  }

  static async open(lab: LabPage): Promise<Sidebar> {
    await lab.execute('replica:show-browser');
    return new Sidebar(lab);
  }

  get tree(): Locator {
    return this.page.locator(TREE);
  }

  /** Rows by what a screen reader says of them. */
  rows(name: RegExp): Locator {
    return this.tree.getByRole('treeitem', { name });
  }

  table(name: string): Locator {
    return this.rows(new RegExp(`^${name}, (partitioned )?(table|view)`)).first();
  }

  get selectedId(): Promise<string | null> {
    return this.tree.locator('[aria-selected="true"]').getAttribute('data-row');
  }

  get scrollTop(): Promise<number> {
    return this.page.evaluate(`document.querySelector('${TREE}').scrollTop`).then(value => number(value));
  }

  get isBusy(): Promise<boolean> {
    return this.node.getAttribute('aria-busy').then(busy => busy === 'true');
  }

  /** Reads the catalog again and waits for it. */
  refresh(): Promise<void> {
    return this.lab.execute('replica:refresh-catalog');
  }

  async search(words: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Search tables and columns' }).fill(words);
  }

  /** Opens the context menu of a row and gives an item of it. */
  async menuItem(row: Locator, name: string): Promise<Locator> {
    await row.click({ button: 'right' });
    return this.page.getByRole('menuitem', { name, exact: true });
  }
}
