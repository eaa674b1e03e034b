import { Dialog } from '@jupyterlab/apputils';
import { type View, type ViewRequest } from '../../../src/contract/view';
import { Arrangement } from '../../../src/lab/result-grid/arrangement';
import { ColumnLayout } from '../../../src/lab/result-grid/column-layout';
import { cellEntries, columnEntries, copyEntries, openMenu } from '../../../src/lab/result-grid/grid-menus';
import { FIELDS } from './rows';

const VIEW: View = { viewId: 'v1', rows: 3, of: 9, orderings: ['text'], elapsedMs: 1 };

let asked: ViewRequest[];
let arrangement: Arrangement;
let layout: ColumnLayout;
let changes: number;

beforeEach(() => {
  asked = [];
  changes = 0;
  layout = new ColumnLayout(FIELDS);
  arrangement = new Arrangement(
    {
      arrange: async request => {
        asked.push(request);
        return VIEW;
      }
    },
    () => undefined
  );
});

const WORD = 1;
const entries = () =>
  columnEntries({ column: WORD, fields: FIELDS, layout, arrangement }, () => (changes += 1));
const labels = () => entries().map(entry => entry?.label ?? '—');
const run = (label: string) =>
  entries()
    .find(entry => entry?.label === label)!
    .run();
const settled = () => new Promise(resolve => setTimeout(resolve));

it('offers what can be done with a column that is as it came', () => {
  expect(labels()).toEqual([
    'Sort ascending',
    'Sort descending',
    '—',
    'Filter…',
    '—',
    'Freeze up to this column',
    'Hide this column'
  ]);
});

it('sorts by the column, says so, and takes it back', async () => {
  run('Sort descending');
  await settled();
  expect(asked).toEqual([{ sort: [{ column: WORD, descending: true }], filters: [] }]);
  expect(entries().find(entry => entry?.label === 'Sort descending')?.isOn).toBe(true);
  expect(labels()).not.toContain('Then by this, ascending');
  run('Do not sort');
  expect(arrangement.request.sort).toEqual([]);
});

it('sorts by a second column where another is sorted already', async () => {
  await arrangement.sortBy({ column: 0, descending: false });
  run('Then by this, descending');
  await settled();
  expect(asked.at(-1)?.sort).toEqual([
    { column: 0, descending: false },
    { column: WORD, descending: true }
  ]);
});

it('freezes, hides and brings back', () => {
  run('Freeze up to this column');
  expect(layout.frozenEnd).toBe(2);
  expect(labels()).toContain('Let all columns scroll');
  run('Hide this column');
  expect(layout.hidden).toEqual([WORD]);
  run('Show word');
  expect(layout.hidden).toEqual([]);
  expect(changes).toBe(3);
});

it('makes filters of a value, and of NULL', async () => {
  const ofCell = (value: string | null) =>
    cellEntries({ column: WORD, fields: FIELDS, layout, arrangement }, value, () => undefined);
  const long = 'a text of more than twenty-four letters';
  expect(ofCell(long).map(entry => entry?.label ?? '—')).toEqual([
    'Show the value',
    '—',
    'Only where word = a text of more than twen…',
    'Only where word ≠ a text of more than twen…',
    '—'
  ]);
  ofCell(long)[2]!.run();
  ofCell(null)[3]!.run();
  await settled();
  expect(asked.map(({ filters }) => filters)).toEqual([
    [{ column: WORD, operator: 'equals', value: long }],
    [{ column: WORD, operator: 'not-null', value: '' }]
  ]);
});

it('copies in every format', () => {
  const copied: string[] = [];
  copyEntries(format => copied.push(format)).forEach(entry => entry?.run());
  expect(copied).toEqual(['tsv', 'csv', 'markdown', 'python']);
});

it('opens as a menu in which the present choice is marked, and gives the keyboard back', async () => {
  let isClosed = false;
  let ran = '';
  openMenu(
    [
      { label: 'One', run: () => (ran = 'one'), isOn: true },
      null,
      { label: 'Two', run: () => (ran = 'two') }
    ],
    0,
    0,
    () => (isClosed = true)
  );
  const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem], [role=menuitemcheckbox]')];
  expect(items.map(item => item.textContent)).toEqual(expect.arrayContaining(['One', 'Two']));
  expect(items[0]!.getAttribute('aria-checked') ?? items[0]!.className).toMatch(/true|lm-mod-toggled/);
  const menu = items[0]!.closest('.lm-Menu')!;
  const press = (key: string, keyCode: number) =>
    menu.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode, bubbles: true }));
  press('ArrowDown', 40);
  press('ArrowDown', 40);
  press('Enter', 13);
  await settled();
  expect(ran).toBe('two');
  expect(isClosed).toBe(true);
  expect(document.querySelector('.lm-Menu')).toBeNull();
});

describe('the filter dialog', () => {
  afterEach(() => Dialog.flush());
  const dialog = () => document.querySelector<HTMLElement>('.jp-Dialog')!;
  const value = () => dialog().querySelector('input')!;
  const condition = () => dialog().querySelector('select')!;
  const buttons = () => [...dialog().querySelectorAll<HTMLElement>('.jp-Dialog-button')];
  const press = async (label: string) => {
    buttons()
      .find(button => button.textContent === label)!
      .click();
    await settled();
    await settled();
  };
  const open = async (label: string) => {
    run(label);
    await settled();
  };

  it('asks for a text within a text, and filters by it', async () => {
    await open('Filter…');
    expect(condition().value).toBe('contains');
    expect(value().getAttribute('aria-label')).toBe('Value of word');
    value().value = 'ord 1';
    await press('Filter');
    expect(asked).toEqual([{ sort: [], filters: [{ column: WORD, operator: 'contains', value: 'ord 1' }] }]);
  });

  it('needs no value for NULL', async () => {
    await open('Filter…');
    value().value = 'left over';
    condition().value = 'null';
    condition().dispatchEvent(new Event('change'));
    expect(value().disabled).toBe(true);
    await press('Filter');
    expect(asked[0]?.filters).toEqual([{ column: WORD, operator: 'null', value: '' }]);
  });

  it('begins with the filter there is, changes it, and takes it away', async () => {
    await arrangement.filterBy(WORD, { column: WORD, operator: 'less', value: 'm' });
    await open('Change the filter…');
    expect([condition().value, value().value]).toEqual(['less', 'm']);
    await press('Cancel');
    expect(arrangement.filterOf(WORD)).toBeDefined();
    await open('Change the filter…');
    await press('Remove filter');
    expect(arrangement.filterOf(WORD)).toBeUndefined();
  });
});
