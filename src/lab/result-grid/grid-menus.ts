import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import { type Field } from '../../contract/query';
import { type FilterOperator } from '../../contract/view';
import { type Arrangement } from './arrangement';
import { askFilter } from './column-filter';
import { type ColumnLayout } from './column-layout';
import { COPY_FORMATS, type CopyFormatName } from './copy-format';

/** One line of a menu; null is a line between groups. */
type Entry = { readonly label: string; readonly run: () => void; readonly isOn?: boolean } | null;

interface Column {
  readonly column: number;
  readonly fields: readonly Field[];
  readonly layout: ColumnLayout;
  readonly arrangement: Arrangement;
}

/** What can be done with a column. `changed` is called when its place or width has. */
export function columnEntries({ column, fields, layout, arrangement }: Column, changed: () => void): Entry[] {
  const field = fields[column]!;
  const sort = arrangement.sortOf(column);
  const isSecond = arrangement.request.sort.length > 0 && !(arrangement.request.sort.length === 1 && sort);
  const sorting = (descending: boolean): Entry => ({
    label: descending ? 'Sort descending' : 'Sort ascending',
    isOn: sort?.descending === descending,
    run: () => void arrangement.sortBy({ column, descending })
  });
  const also = (descending: boolean): Entry => ({
    label: descending ? 'Then by this, descending' : 'Then by this, ascending',
    run: () => void arrangement.alsoSortBy({ column, descending })
  });
  const change = (label: string, act: () => void): Entry => ({
    label,
    run: () => {
      act();
      changed();
    }
  });
  return [
    sorting(false),
    sorting(true),
    ...(isSecond ? [also(false), also(true)] : []),
    ...(sort ? [{ label: 'Do not sort', run: () => void arrangement.sortBy(null) }] : []),
    null,
    {
      label: arrangement.filterOf(column) ? 'Change the filter…' : 'Filter…',
      isOn: arrangement.filterOf(column) !== undefined,
      run: () =>
        void askFilter(field, column, arrangement.filterOf(column)).then(filter => {
          if (filter !== undefined) void arrangement.filterBy(column, filter);
        })
    },
    null,
    layout.frozenEnd === column + 1
      ? change('Let all columns scroll', () => layout.freeze(-1))
      : change('Freeze up to this column', () => layout.freeze(column)),
    change('Hide this column', () => layout.hide(column)),
    ...layout.hidden
      .slice(0, 10)
      .map(hidden => change(`Show ${fields[hidden]!.name}`, () => layout.reveal(hidden))),
    ...(layout.hidden.length > 0 ? [change('Show all columns', () => layout.revealAll())] : [])
  ];
}

/** Ways to copy what is selected. */
export function copyEntries(copy: (format: CopyFormatName) => void): Entry[] {
  return (Object.keys(COPY_FORMATS) as CopyFormatName[]).map(format => ({
    label: `Copy as ${COPY_FORMATS[format].label}`,
    run: () => copy(format)
  }));
}

/** What can be done with a cell: its value as a filter. */
export function cellEntries(
  { column, fields, arrangement }: Column,
  value: string | null,
  view: () => void
): Entry[] {
  const name = fields[column]!.name;
  const shown = value !== null && value.length > 24 ? `${value.slice(0, 24)}…` : value;
  const by = (label: string, operator: FilterOperator): Entry => ({
    label,
    run: () => void arrangement.filterBy(column, { column, operator, value: value ?? '' })
  });
  return [
    { label: 'Show the value', run: view },
    null,
    by(
      value === null ? `Only where ${name} is NULL` : `Only where ${name} = ${shown}`,
      value === null ? 'null' : 'equals'
    ),
    by(
      value === null ? `Only where ${name} is not NULL` : `Only where ${name} ≠ ${shown}`,
      value === null ? 'not-null' : 'differs'
    ),
    null
  ];
}

/** Opens a menu at a place on the page; `closed` is called when it is gone. */
export function openMenu(
  entries: readonly Entry[],
  x: number,
  y: number,
  closed: () => void = () => undefined
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  entries.forEach((entry, index) => {
    if (!entry) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const command = `grid:${index}`;
    commands.addCommand(command, {
      label: entry.label,
      isToggled: () => entry.isOn ?? false,
      isToggleable: entry.isOn !== undefined,
      describedBy: { args: { type: 'object' } },
      execute: entry.run
    });
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(() => {
    // Its command runs after it has closed.
    setTimeout(() => menu.dispose());
    closed();
  });
  menu.open(x, y);
}
