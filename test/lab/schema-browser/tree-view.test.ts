import { CommandRegistry } from '@lumino/commands';
import { type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { COMMANDS } from '../../../src/lab/commands';
import { BrowserModel } from '../../../src/lab/schema-browser/browser-model';
import { relationId, schemaId } from '../../../src/lab/schema-browser/tree-row';
import { TreeView } from '../../../src/lab/schema-browser/tree-view';
import { CatalogSource } from './catalog-source';
import { catalog, column, ORDER_COLUMNS, relation, SHOP, USER_COLUMNS } from './sample-catalog';

const ORDERS = relationId({ schema: 'public', relation: 'orders' });

let model: BrowserModel;
let view: TreeView;
let done: [string, ReadonlyPartialJSONObject][];

function show(
  source: CatalogSource,
  ids: readonly string[] = [COMMANDS.preview, COMMANDS.queryRelation, COMMANDS.insertName]
): void {
  done = [];
  const commands = new CommandRegistry();
  for (const id of ids) {
    commands.addCommand(id, { execute: args => done.push([id, args]) });
  }
  model = new BrowserModel(source);
  view = new TreeView(model, commands);
  Widget.attach(view, document.body);
}

beforeEach(() =>
  show(new CatalogSource({ kind: 'ready', catalog: SHOP }, { orders: ORDER_COLUMNS, users: USER_COLUMNS }))
);

afterEach(() => {
  view.dispose();
  model.dispose();
});

const items = () =>
  [...view.node.querySelectorAll<HTMLElement>('[role=treeitem]')].sort(
    (a, b) => Number.parseFloat(a.style.top) - Number.parseFloat(b.style.top)
  );
const itemOf = (name: string) => {
  const found = items().find(item => item.querySelector('[data-part=name]')?.textContent === name);
  if (!found) {
    throw new Error(`There is no row ${name}.`);
  }
  return found;
};
const part = (name: string, selector: string) => {
  const found = itemOf(name).querySelector(selector);
  if (!found) {
    throw new Error(`The row ${name} has no ${selector}.`);
  }
  return found;
};
const click = (target: Element, type = 'click') =>
  target.dispatchEvent(
    new MouseEvent(type, { bubbles: true, cancelable: true, detail: type === 'click' ? 1 : 2 })
  );
const press = (key: string, init: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  view.node.dispatchEvent(event);
  return event;
};

test('rows are a tree to a screen reader', () => {
  model.toggle(ORDERS);
  expect(view.node.getAttribute('role')).toBe('tree');
  expect(view.node.getAttribute('aria-label')).toBe('Schemas, tables and columns');
  const orders = itemOf('orders');
  expect(orders.getAttribute('aria-level')).toBe('2');
  expect(orders.getAttribute('aria-posinset')).toBe('2');
  expect(orders.getAttribute('aria-setsize')).toBe('3');
  expect(orders.getAttribute('aria-expanded')).toBe('true');
  expect(orders.getAttribute('aria-label')).toBe('orders, table, about 4.2M rows, 1.1 GB');
  expect(itemOf('user_id').getAttribute('aria-label')).toBe('user_id, bigint, refers to public.users.id');
  expect(itemOf('user_id').hasAttribute('aria-expanded')).toBe(false);
  for (const button of view.node.querySelectorAll('button')) {
    expect(button.getAttribute('aria-label')).toBeTruthy();
  }
});

test('human numbers stand in the row, exact ones and the comment in the tooltip', () => {
  expect(part('users', '.jp-Replica-rowDetail').textContent).toBe('52k · 9 MB');
  expect(itemOf('users').title.split('\n')).toEqual([
    'table public.users',
    "about 52,000 rows (the planner's estimate)",
    '9,000,000 bytes',
    'Customers'
  ]);
});

test.each([
  ['timestamp with time zone', 'timestamptz'],
  ['timestamp(3) with time zone[]', 'timestamptz(3)[]'],
  ['time without time zone', 'time'],
  ['character varying(255)', 'varchar(255)'],
  ['character(3)', 'char(3)'],
  ['numeric(12,2)', 'numeric(12,2)']
])('the type %s stands as %s, whole in the tooltip', (type, short) => {
  view.dispose();
  show(new CatalogSource({ kind: 'ready', catalog: SHOP }, { orders: [column('c', type)] }));
  model.toggle(ORDERS);
  expect(part('c', '.jp-Replica-rowDetail').textContent).toBe(short);
  expect(itemOf('c').title).toBe(`c ${type}`);
});

test('a table that may not be read says which grant to ask for', () => {
  const row = itemOf('Größe & "Maß"');
  expect(row.title).toContain('GRANT SELECT ON public."Größe & ""Maß""" TO your role;');
  expect(row.getAttribute('aria-label')).toContain('not readable');
});

test('one click on a name previews the table, a second one does not preview it again', () => {
  const name = part('orders', '[data-part=name]');
  click(name);
  name.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 2 }));
  click(name, 'dblclick');
  expect(done).toEqual([[COMMANDS.preview, { schema: 'public', relation: 'orders' }]]);
});

test('a click beside the name selects, a double click previews', () => {
  const detail = part('orders', '.jp-Replica-rowDetail');
  click(detail);
  expect(done).toEqual([]);
  expect(itemOf('orders').getAttribute('aria-selected')).toBe('true');
  click(detail, 'dblclick');
  expect(done).toEqual([[COMMANDS.preview, { schema: 'public', relation: 'orders' }]]);
});

test('the expander shows the columns with type, key and comment', () => {
  click(part('orders', '[data-part=twisty]'));
  expect(
    items()
      .slice(4, 7)
      .map(item => item.textContent)
  ).toEqual(['idbigint', 'user_idbigint', 'totalnumeric(12,2)']);
  expect(itemOf('total').title.split('\n')).toEqual(['total numeric(12,2)', 'default 0', 'Gross, in euros']);
  expect(itemOf('id').classList).toContain('jp-mod-required');
  expect(done).toEqual([]);
});

test('the buttons of a row act on that row', () => {
  click(part('users', `[data-command="${COMMANDS.queryRelation}"]`));
  click(part('users', `[data-command="${COMMANDS.insertName}"]`));
  expect(done).toEqual([
    [COMMANDS.queryRelation, { schema: 'public', relation: 'users' }],
    [COMMANDS.insertName, { schema: 'public', relation: 'users' }]
  ]);
});

test('the button for more opens the context menu of its row', () => {
  const opened: string[] = [];
  view.node.addEventListener('contextmenu', ({ target }) => {
    opened.push(target instanceof HTMLElement ? (target.dataset['row'] ?? '') : '');
  });
  click(part('orders', '[data-command=more]'));
  press('F10', { shiftKey: true });
  press('ContextMenu');
  expect(opened).toEqual([ORDERS, ORDERS, ORDERS]);
});

test('without query panels their buttons are not there and Enter opens the columns', () => {
  view.dispose();
  show(new CatalogSource({ kind: 'ready', catalog: SHOP }), [COMMANDS.insertName]);
  expect([...itemOf('orders').querySelectorAll('button')].map(button => button.dataset['command'])).toEqual([
    COMMANDS.insertName,
    'more'
  ]);
  model.select(ORDERS);
  press('Enter');
  expect(itemOf('orders').getAttribute('aria-expanded')).toBe('true');
});

test('a foreign key leads to the column it refers to', async () => {
  model.toggle(ORDERS);
  click(part('user_id', '[data-part=reference]'));
  await Promise.resolve();
  await Promise.resolve();
  expect(model.selected).toMatchObject({ kind: 'column', of: { relation: 'users' }, column: { name: 'id' } });
});

test('the keyboard does all of it', () => {
  for (const key of [
    'Home',
    'ArrowDown',
    'o',
    'Enter',
    'ArrowRight',
    'ArrowRight',
    'ArrowDown',
    'ArrowDown',
    'Enter'
  ]) {
    expect(press(key).defaultPrevented).toBe(true);
  }
  expect(done).toEqual([
    [COMMANDS.preview, { schema: 'public', relation: 'orders' }],
    [COMMANDS.insertName, { schema: 'public', relation: 'orders', column: 'total' }]
  ]);
  press('End');
  expect(model.selected).toMatchObject({ relation: { name: 'users' } });
  press('ArrowLeft');
  press(' ');
  expect(model.rows).toHaveLength(2);
});

test('keys with Ctrl or Alt, F5 and the slash are left to others', () => {
  for (const event of [
    press('c', { ctrlKey: true }),
    press('a', { altKey: true }),
    press('F5'),
    press('/')
  ]) {
    expect(event.defaultPrevented).toBe(false);
  }
});

test('the focus stays on the tree and names a row that exists', () => {
  view.node.focus();
  model.select(ORDERS);
  const active = () => view.node.getAttribute('aria-activedescendant') ?? '';
  expect(document.getElementById(active())).toBe(itemOf('orders'));
  model.toggle(ORDERS);
  model.source.changed.connect(() => undefined);
  expect(document.activeElement).toBe(view.node);
  expect(document.getElementById(active())).toBe(itemOf('orders'));
});

test('of thirty thousand rows only those in sight are in the document', () => {
  view.dispose();
  show(
    new CatalogSource({
      kind: 'ready',
      catalog: catalog([
        'big',
        Array.from({ length: 30_000 }, (_, at) => relation(`t${String(at).padStart(5, '0')}`))
      ])
    })
  );
  expect(items().length).toBeLessThan(100);
  view.node.scrollTop = 20_000 * 24;
  view.node.dispatchEvent(new Event('scroll'));
  expect(items().length).toBeLessThan(100);
  expect(itemOf('t20000').getAttribute('aria-setsize')).toBe('30000');
  press('End');
  expect(itemOf('t29999').getAttribute('aria-selected')).toBe('true');
});

test('a search is marked in the names it met', () => {
  model.search = 'der o';
  expect(part('orders', '.jp-Replica-rowName').innerHTML).toBe('<mark>o</mark>r<mark>der</mark>s');
});

test('names are text, never markup', () => {
  view.dispose();
  show(
    new CatalogSource({
      kind: 'ready',
      catalog: catalog(['public', [relation('<img src=x onerror=alert(1)>'), relation('constructor')]])
    })
  );
  expect(view.node.querySelector('img')).toBeNull();
  expect(itemOf('<img src=x onerror=alert(1)>')).toBeTruthy();
  expect(itemOf('constructor')).toBeTruthy();
});

test.each([
  [false, 'public."Größe & ""Maß"""'],
  [true, 'SELECT *\nFROM public."Größe & ""Maß"""']
])('dragging with Alt %s brings %s', (altKey, text) => {
  const brought = new Map<string, string>();
  const event = new DragEvent('dragstart', { bubbles: true, altKey });
  Object.defineProperty(event, 'dataTransfer', {
    value: { setData: (type: string, data: string) => brought.set(type, data) }
  });
  itemOf('Größe & "Maß"').dispatchEvent(event);
  expect(brought.get('text/plain')).toBe(text);
});

test('a schema opens and closes by its name', () => {
  click(part('analytics', '[data-part=name]'));
  expect(model.rows.find(({ id }) => id === schemaId('analytics'))?.expanded).toBe(true);
  click(part('analytics', '[data-part=name]'));
  expect(model.rows).toHaveLength(5);
});
