import { caretDownIcon, caretRightIcon, copyIcon, fileIcon, type LabIcon } from '@jupyterlab/ui-components';
import { COMMANDS } from '../commands';
import { datasetIcon, historyIcon, insertIcon, moreIcon, tableIcon } from '../icons';
import { element } from '../relation-details/element';
import { detailOf, folderOf, nameOf, spokenOf, tooltipOf } from './describe-dataset';
import { type DatasetRow } from './dataset-row';

/** What a button of a row does: a command on the row, or the menu of all of them. */
export const MORE = 'more';

const ACTIONS: readonly (readonly [string, string, LabIcon])[] = [
  [COMMANDS.datasetPreview, 'Preview first rows', tableIcon],
  [COMMANDS.datasetReadCell, 'Insert read cell into a notebook', insertIcon],
  [COMMANDS.datasetCopyAddress, 'Copy s3:// address', copyIcon],
  [MORE, 'More actions', moreIcon]
];

const ICONS: Readonly<Record<DatasetRow['kind'], LabIcon | null>> = {
  dataset: datasetIcon,
  version: historyIcon,
  file: fileIcon,
  object: fileIcon,
  note: null
};

/** The element of one row. Which part was met is told by `data-part` and, for a button, `data-command`. */
export function datasetRowElement(row: DatasetRow): HTMLElement {
  const made = element('div', 'jp-Replica-row');
  made.setAttribute('role', 'treeitem');
  made.setAttribute('aria-level', String(row.level));
  made.setAttribute('aria-setsize', String(row.siblings));
  made.setAttribute('aria-posinset', String(row.position));
  made.setAttribute('aria-label', spokenOf(row));
  if (row.expanded !== null) {
    made.setAttribute('aria-expanded', String(row.expanded));
  }
  made.dataset['kind'] = row.kind;
  made.dataset['row'] = row.id;
  made.title = tooltipOf(row);
  made.classList.toggle('jp-mod-failed', row.kind === 'note' && row.isFailure);
  made.classList.toggle('jp-mod-newest', row.kind === 'version' && row.isNewest);
  made.style.setProperty('--jp-replica-level', String(row.level));
  const name = element('span', 'jp-Replica-rowName');
  name.dataset['part'] = 'name';
  name.append(element('span', 'jp-Replica-datasetFolder', folderOf(row)), nameOf(row));
  made.append(twisty(row), icon(row), name, element('span', 'jp-Replica-rowDetail', detailOf(row)));
  if (row.kind !== 'note') {
    made.append(element('span', 'jp-Replica-rowActions', ...ACTIONS.map(action)));
  }
  return made;
}

function twisty({ expanded }: DatasetRow): HTMLElement {
  const made = element('span', 'jp-Replica-twisty');
  if (expanded !== null) {
    made.dataset['part'] = 'twisty';
    (expanded ? caretDownIcon : caretRightIcon).element({ container: made, tag: 'span' });
  }
  return made;
}

function icon({ kind }: DatasetRow): HTMLElement {
  const made = element('span', 'jp-Replica-rowIcon');
  ICONS[kind]?.element({ container: made, tag: 'span' });
  return made;
}

function action([command, label, shown]: (typeof ACTIONS)[number]): HTMLElement {
  const made = element('button', 'jp-Replica-rowAction');
  // The keyboard has Enter and the context menu; a stop at each button of each row would be in its way.
  made.tabIndex = -1;
  made.title = label;
  made.setAttribute('aria-label', label);
  made.dataset['part'] = 'action';
  made.dataset['command'] = command;
  shown.element({ container: made, tag: 'span' });
  return made;
}
