import { caretDownIcon, caretRightIcon, type LabIcon } from '@jupyterlab/ui-components';
import { metRanges } from '../../contract/name-match';
import { COMMANDS } from '../commands';
import {
  detailsIcon,
  foreignKeyIcon,
  historyIcon,
  insertIcon,
  moreIcon,
  primaryKeyIcon,
  queryIcon,
  RELATION_ICONS,
  schemaIcon,
  starIcon,
  tableIcon
} from '../icons';
import { detailOf, spokenOf, tooltipOf } from './describe-row';
import { nameOf, type TreeRow } from './tree-row';

/** What a button of a row does: a command on the row, or the menu of all of them. */
export const MORE = 'more';

interface Action {
  readonly command: string;
  readonly label: string;
  readonly icon: LabIcon;
}

const INSERT: Action = {
  command: COMMANDS.insertName,
  label: 'Insert name into cell or editor',
  icon: insertIcon
};
const ACTIONS: Readonly<Record<TreeRow['kind'], readonly Action[]>> = {
  schema: [],
  shelf: [],
  relation: [
    { command: COMMANDS.preview, label: 'Preview 100 rows', icon: tableIcon },
    { command: COMMANDS.queryRelation, label: 'Query in a new panel', icon: queryIcon },
    { command: COMMANDS.showDetails, label: 'Show details', icon: detailsIcon },
    INSERT,
    { command: MORE, label: 'More actions', icon: moreIcon }
  ],
  partitions: [],
  column: [INSERT],
  note: []
};

interface Options {
  /** The search in words, to be marked in the name. */
  readonly words: readonly string[];
  /** Whether a command exists: its plugin may be disabled. */
  readonly hasCommand: (command: string) => boolean;
}

/** The element of one row. Which part was met is told by `data-part` and, for a button, `data-command`. */
export function rowElement(row: TreeRow, { words, hasCommand }: Options): HTMLElement {
  const element = span('jp-Replica-row');
  element.setAttribute('role', 'treeitem');
  element.setAttribute('aria-level', String(row.level));
  element.setAttribute('aria-setsize', String(row.siblings));
  element.setAttribute('aria-posinset', String(row.position));
  element.setAttribute('aria-label', spokenOf(row));
  if (row.expanded !== null) {
    element.setAttribute('aria-expanded', String(row.expanded));
  }
  element.dataset['kind'] = row.kind;
  // Not `data-id`: JupyterLab takes that for a document, and a right click would keep it from closing tabs.
  element.dataset['row'] = row.id;
  element.title = tooltipOf(row);
  element.draggable = row.kind === 'relation' || row.kind === 'column';
  element.classList.toggle('jp-mod-unreadable', isUnreadable(row));
  element.classList.toggle('jp-mod-required', row.kind === 'column' && !row.column.nullable);
  element.classList.toggle('jp-mod-failed', row.kind === 'note' && row.error !== null);
  element.style.setProperty('--jp-replica-level', String(row.level));
  element.append(twisty(row), kindIcon(row), name(row, words), span('jp-Replica-rowDetail', detailOf(row)));
  const group = actionsOf(row.kind, hasCommand);
  if (group) element.append(group);
  return element;
}

function isUnreadable(row: TreeRow): boolean {
  return row.kind === 'schema' ? !row.usable : row.kind === 'relation' && !row.relation.readable;
}

function twisty({ expanded }: TreeRow): HTMLElement {
  if (expanded === null) {
    return span('jp-Replica-twisty');
  }
  const element = withIcon('jp-Replica-twisty', expanded ? caretDownIcon : caretRightIcon);
  element.dataset['part'] = 'twisty';
  return element;
}

function kindIcon(row: TreeRow): HTMLElement {
  const icon = iconOf(row);
  const element = icon ? withIcon('jp-Replica-rowIcon', icon) : span('jp-Replica-rowIcon');
  if (row.kind === 'column' && row.column.references) {
    const { schema, relation, column } = row.column.references;
    element.dataset['part'] = 'reference';
    element.title = `Go to ${schema}.${relation}.${column}`;
  }
  return element;
}

function iconOf(row: TreeRow): LabIcon | null {
  switch (row.kind) {
    case 'schema':
      return schemaIcon;
    case 'relation':
      return RELATION_ICONS[row.relation.kind];
    case 'column':
      return row.column.references ? foreignKeyIcon : row.column.primaryKey ? primaryKeyIcon : null;
    case 'shelf':
      return row.name === 'Favourites' ? starIcon : historyIcon;
    case 'partitions':
    case 'note':
      return null;
  }
}

function name(row: TreeRow, words: readonly string[]): HTMLElement {
  const element = span('jp-Replica-rowName');
  element.dataset['part'] = 'name';
  const text = row.kind === 'note' ? row.text : row.kind === 'partitions' ? spokenOf(row) : nameOf(row);
  element.append(...marked(text, words));
  return element;
}

/** The text with what a search met in `mark` elements. */
function marked(text: string, words: readonly string[]): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const [start, end] of metRanges(text, words)) {
    const mark = document.createElement('mark');
    mark.textContent = text.slice(start, end);
    parts.push(text.slice(from, start), mark);
    from = end;
  }
  return [...parts, text.slice(from)];
}

/** Rows of one kind have the same buttons, and a copy is made in a fraction of the time. */
const groups = new Map<string, HTMLElement>();

function actionsOf(kind: TreeRow['kind'], hasCommand: Options['hasCommand']): Node | null {
  const actions = ACTIONS[kind].filter(({ command }) => command === MORE || hasCommand(command));
  if (actions.length === 0) {
    return null;
  }
  const key = actions.map(({ command }) => command).join();
  const made = groups.get(key) ?? span('jp-Replica-rowActions');
  if (!groups.has(key)) {
    made.append(...actions.map(actionButton));
    groups.set(key, made);
  }
  return made.cloneNode(true);
}

function actionButton({ command, label, icon }: Action): HTMLElement {
  const button = document.createElement('button');
  button.className = 'jp-Replica-rowAction';
  // The keyboard has Enter and the context menu; a stop at each button of each row would be in its way.
  button.tabIndex = -1;
  button.title = label;
  button.setAttribute('aria-label', label);
  button.dataset['part'] = 'action';
  button.dataset['command'] = command;
  icon.element({ container: button, tag: 'span' });
  return button;
}

const icons = new Map<string, HTMLElement>();

/** An element with Lab's drawing of an icon, which takes its time to be styled. */
function withIcon(className: string, icon: LabIcon): HTMLElement {
  const key = `${className} ${icon.name}`;
  const drawn = icons.get(key) ?? icon.element({ container: span(className), tag: 'span' });
  icons.set(key, drawn);
  return drawn.cloneNode(true) as HTMLElement;
}

function span(className: string, text = ''): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
