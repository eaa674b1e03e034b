import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon } from '@jupyterlab/ui-components';
import { type CommandRegistry } from '@lumino/commands';
import { type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { previewSql } from '../../sql/preview';
import { COMMANDS } from '../commands';
import { insertIcon, queryIcon, tableIcon } from '../icons';
import { type IQueryPanels } from '../tokens';
import { type BrowserModel } from './browser-model';
import { quotedName, targetOf, type Target } from './row-text';

interface Options {
  readonly model: BrowserModel;
  readonly panels: IQueryPanels | null;
  readonly insert: (text: string) => void;
}

/** Commands on a relation or column: that of the arguments, or the one selected in the sidebar. */
export function addBrowserCommands(commands: CommandRegistry, { model, panels, insert }: Options): void {
  const target = (args: ReadonlyPartialJSONObject): Target | null =>
    readTarget(args) ?? targetOf(model.selected);
  const isReady = (args: ReadonlyPartialJSONObject) => target(args) !== null;
  const onTarget = (act: (target: Target) => unknown) => (args: ReadonlyPartialJSONObject) => {
    const found = target(args);
    return found ? act(found) : undefined;
  };
  if (panels) {
    commands.addCommand(COMMANDS.preview, {
      label: 'Preview 100 Rows',
      icon: tableIcon,
      isEnabled: isReady,
      execute: onTarget(found => panels.preview(found))
    });
    commands.addCommand(COMMANDS.queryRelation, {
      label: 'Query in a New Panel',
      icon: queryIcon,
      isEnabled: isReady,
      execute: onTarget(({ schema, relation }) =>
        panels.open({ sql: previewSql(schema, relation), name: relation })
      )
    });
  }
  commands.addCommand(COMMANDS.insertName, {
    label: 'Insert Name into Cell or Editor',
    icon: insertIcon,
    isEnabled: isReady,
    execute: onTarget(found => insert(quotedName(found)))
  });
  commands.addCommand(COMMANDS.copyName, {
    label: 'Copy Quoted Name',
    icon: copyIcon,
    isEnabled: isReady,
    execute: onTarget(found => Clipboard.copyToSystem(quotedName(found)))
  });
}

function readTarget({ schema, relation, column }: ReadonlyPartialJSONObject): Target | null {
  if (typeof schema !== 'string' || typeof relation !== 'string') {
    return null;
  }
  return typeof column === 'string' ? { schema, relation, column } : { schema, relation };
}
