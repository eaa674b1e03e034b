import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon } from '@jupyterlab/ui-components';
import { type CommandRegistry } from '@lumino/commands';
import { type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { previewSql } from '../../sql/preview';
import { selectColumnsSql } from '../../sql/select-columns';
import { COMMANDS } from '../commands';
import { detailsIcon, insertIcon, queryIcon, starIcon, tableIcon } from '../icons';
import { type IQueryPanels, type RelationName } from '../tokens';
import { definitionText, readFacts } from '../relation-details/facts';
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
  const selectOf = async ({ schema, relation }: Target) => {
    const columns = await model.source.columns({ schema, relation });
    return selectColumnsSql(
      schema,
      relation,
      columns.map(({ name }) => name)
    );
  };
  const isReady = (args: ReadonlyPartialJSONObject) => target(args) !== null;
  const onTarget = (act: (target: Target) => unknown) => (args: ReadonlyPartialJSONObject) => {
    const found = target(args);
    return found ? act(found) : undefined;
  };
  const visited = (act: (target: Target) => unknown) =>
    onTarget(found => {
      model.shelves.visit({ schema: found.schema, relation: found.relation });
      return act(found);
    });
  if (panels) {
    commands.addCommand(COMMANDS.preview, {
      label: 'Preview 100 Rows',
      icon: tableIcon,
      isEnabled: isReady,
      execute: visited(found => panels.preview(found))
    });
    commands.addCommand(COMMANDS.queryRelation, {
      label: 'Query in a New Panel',
      icon: queryIcon,
      isEnabled: isReady,
      execute: visited(({ schema, relation }) =>
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
  commands.addCommand(COMMANDS.showDetails, {
    label: 'Show Details',
    icon: detailsIcon,
    isEnabled: isReady,
    isVisible: () => commands.hasCommand(COMMANDS.openDetails),
    execute: visited(found => commands.execute(COMMANDS.openDetails, { ...found }))
  });
  commands.addCommand(COMMANDS.insertSelect, {
    label: 'Insert SELECT with All Columns',
    icon: insertIcon,
    isEnabled: isReady,
    execute: onTarget(async found => insert(await selectOf(found)))
  });
  commands.addCommand(COMMANDS.relationDataframe, {
    label: 'To DataFrame Cell',
    isEnabled: isReady,
    isVisible: () => commands.hasCommand(COMMANDS.dataframeCell),
    execute: visited(({ schema, relation }) =>
      commands.execute(COMMANDS.dataframeCell, {
        sql: previewSql(schema, relation),
        estimatedBytes: sizeOf(model, { schema, relation })
      })
    )
  });
  commands.addCommand(COMMANDS.relationExport, {
    label: 'Export to Amazon S3…',
    isEnabled: isReady,
    isVisible: () => commands.hasCommand(COMMANDS.export),
    execute: visited(({ schema, relation }) =>
      commands.execute(COMMANDS.export, { sql: previewSql(schema, relation), name: relation })
    )
  });
  commands.addCommand(COMMANDS.copyDefinition, {
    label: 'Copy as CREATE',
    icon: copyIcon,
    isEnabled: isReady,
    execute: onTarget(async found =>
      Clipboard.copyToSystem(definitionText(await readFacts(model.source, found)))
    )
  });
  commands.addCommand(COMMANDS.toggleFavourite, {
    label: args => {
      const found = target(args);
      return found && model.shelves.isFavourite(found) ? 'Remove from Favourites' : 'Add to Favourites';
    },
    icon: starIcon,
    isEnabled: isReady,
    execute: onTarget(({ schema, relation }) => model.shelves.toggleFavourite({ schema, relation }))
  });
  commands.addCommand(COMMANDS.copyName, {
    label: 'Copy Quoted Name',
    icon: copyIcon,
    isEnabled: isReady,
    execute: onTarget(found => Clipboard.copyToSystem(quotedName(found)))
  });
}

/** What the relation takes in the database, as the planner knows it; its rows take about as much. */
function sizeOf({ source }: BrowserModel, { schema, relation }: RelationName): number | null {
  const relations = source.catalog?.schemas.find(({ name }) => name === schema)?.relations;
  return relations?.find(({ name }) => name === relation)?.sizeBytes ?? null;
}

function readTarget({ schema, relation, column }: ReadonlyPartialJSONObject): Target | null {
  if (typeof schema !== 'string' || typeof relation !== 'string') {
    return null;
  }
  return typeof column === 'string' ? { schema, relation, column } : { schema, relation };
}
