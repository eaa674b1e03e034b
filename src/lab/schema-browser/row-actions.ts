import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type CommandRegistry } from '@lumino/commands';
import { type Column } from '../../contract/catalog';
import { quoteQualified } from '../../sql/quote';
import { COMMANDS } from '../commands';
import { type BrowserModel } from './browser-model';
import { targetOf } from './row-text';
import { type TreeRow } from './tree-row';

type Reference = NonNullable<Column['references']>;

/** What can be done with a row, by the commands that there are: the plugin of one may be disabled. */
export class RowActions {
  constructor(
    private readonly model: BrowserModel,
    private readonly commands: CommandRegistry
  ) {}

  has(command: string): boolean {
    return this.commands.hasCommand(command);
  }

  run(command: string, row: TreeRow): void {
    if (this.has(command) && targetOf(row)) {
      void this.commands.execute(command, { ...targetOf(row) });
    }
  }

  /** Enter and double click: previews a relation, follows a foreign key, opens the rest. */
  activate(row: TreeRow): void {
    switch (row.kind) {
      case 'relation':
        if (this.has(COMMANDS.preview)) {
          this.run(COMMANDS.preview, row);
        } else {
          this.model.toggle(row.id);
        }
        return;
      case 'column':
        if (row.column.references) {
          void this.follow(row.column.references);
        } else {
          this.run(COMMANDS.insertName, row);
        }
        return;
      case 'note':
        if (row.of) {
          this.model.readColumns(row.of);
        } else if (row.grant) {
          Clipboard.copyToSystem(row.grant);
          Notification.info('The grant to ask for is on the clipboard.', { autoClose: 4_000 });
        }
        return;
      case 'schema':
      case 'shelf':
      case 'partitions':
        this.model.toggle(row.id);
        return;
    }
  }

  private async follow(reference: Reference): Promise<void> {
    if (!(await this.model.reveal(reference))) {
      Notification.warning(
        `${quoteQualified(reference.schema, reference.relation)} is not visible to this user. ` +
          'Ask the owner of its schema for USAGE on that and SELECT on the table, then refresh.'
      );
    }
  }
}
